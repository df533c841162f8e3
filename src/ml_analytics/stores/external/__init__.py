"""Anyone's database: queries into frames, frames into tables; nothing of ours is in it."""
