-- A word is learnt again when its contact changes.
SELECT 1;
