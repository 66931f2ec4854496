DROP TABLE adoption;
