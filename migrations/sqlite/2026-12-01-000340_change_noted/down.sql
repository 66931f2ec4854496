DROP TABLE change_noted;
