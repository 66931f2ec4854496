DROP TABLE technology;
DROP TABLE organisation;
