DROP TABLE survey_release_preview;
