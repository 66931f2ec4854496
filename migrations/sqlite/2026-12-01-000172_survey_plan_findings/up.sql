-- What was found in the file of a plan: faults and notes with their places and codes. Null in plans from before this column.
ALTER TABLE survey_plan ADD COLUMN findings TEXT;
