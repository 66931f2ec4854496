DROP TABLE mail_sender;
DROP TABLE mail_pace;
