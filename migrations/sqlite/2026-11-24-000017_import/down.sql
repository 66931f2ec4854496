DROP TABLE import_plan;
