DROP TABLE master_root;
