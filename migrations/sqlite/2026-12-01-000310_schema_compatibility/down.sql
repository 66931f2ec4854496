DROP TABLE __schema_compatibility;
