DROP TABLE maintenance_mode;
