DROP TABLE backup_taken;
DROP TABLE restore_hold;
