DROP TABLE setback;
