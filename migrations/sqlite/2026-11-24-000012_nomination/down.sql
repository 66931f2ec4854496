DROP TABLE nomination;
DROP TABLE stored_object;
