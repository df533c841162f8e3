"""Records (SQL, the truth), documents, content-addressed artifacts and cache; migrations. May import
``core``."""
