DROP TABLE round_reminder_person;
DROP TABLE round_reminder;
DROP TABLE round_deadline;
DROP TABLE extension_request;
DROP TABLE round_frame;
DROP TABLE survey_round;
