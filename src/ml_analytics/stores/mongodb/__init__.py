"""Documents and online features on MongoDB: a collection for each tenant and document type."""
