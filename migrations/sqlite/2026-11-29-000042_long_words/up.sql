-- Words of more than forty letters have no misspelt forms any more, and nobody takes those away that were written before.
DELETE FROM contact_word WHERE length(word) > 40;
