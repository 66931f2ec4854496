DROP TABLE unread_left_out;
