DROP TABLE delivery;
DROP TABLE announcement_variant;
DROP TABLE announcement;
