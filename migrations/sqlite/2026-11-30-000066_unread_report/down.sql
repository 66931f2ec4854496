DROP TABLE unread_report;
