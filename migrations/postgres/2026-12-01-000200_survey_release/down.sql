DROP TABLE survey_release;
