DROP TABLE survey_plan;
DROP TABLE survey_version;
DROP TABLE survey;
