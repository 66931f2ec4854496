DROP TABLE one_time_token;
DROP TABLE contact_term;
DROP TABLE contact;
DROP TABLE appointment;
DROP TABLE registration;
