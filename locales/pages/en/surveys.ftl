### Surveys: what is wrong with a questionnaire, and what was passed over in its sheets. Each sentence stands alone; the word that it
### is about is shown beside it.

## Faults of a questionnaire

survey-fault-no_language = The questionnaire has no language.
survey-fault-bad_language = This is not a language code, or not written as it should be (en, fr, pt-BR).
survey-fault-duplicate_language = This language is listed twice.
survey-fault-unknown_language = This text has a language that the questionnaire does not have.
survey-fault-missing_language = The text is missing in this language.
survey-fault-text_too_long = The text is too long. The maximum number of characters is shown beside this sentence.
survey-fault-control_character = The text contains an invisible character that is not allowed.
survey-fault-outer_blanks = The text begins or ends with a space.
survey-fault-reference_in_text = The text refers to an answer. Texts cannot contain answers.
survey-fault-bad_code = This is not a valid code: a letter, then letters, digits and the signs - _ and . (at most 64 characters).
survey-fault-code_with_space = The code contains a space.
survey-fault-reserved_code = Other programs use this code for themselves. Please choose another one.
survey-fault-duplicate_code = This code is used twice.
survey-fault-code_differs_in_case = Two codes differ only in capital letters.
survey-fault-duplicate_concept = Two questions have the same concept.
survey-fault-no_sections = The questionnaire has no section.
survey-fault-empty_section = This section is empty.
survey-fault-empty_group = This group is empty.
survey-fault-nested_group = A group cannot contain another group.
survey-fault-nested_matrix = A matrix cannot contain another matrix.
survey-fault-no_options = This question has no options.
survey-fault-too_few_options = A scale needs at least two options.
survey-fault-exclusive_in_single = Only one option can be chosen here, so no option can exclude the others.
survey-fault-no_rows = This matrix has no rows.
survey-fault-least_above_most = The lowest value is not below the highest one.
survey-fault-steps_miss_end = The steps do not reach the end of the range.
survey-fault-number_too_large = This number is larger than an answer can be.
survey-fault-bad_length = The maximum length of the text must be at least one character, and not more than can be stored.
survey-fault-too_many_languages = There are too many languages. The maximum is shown beside this sentence.
survey-fault-too_many_sections = There are too many sections. The maximum is shown beside this sentence.
survey-fault-too_many_questions = There are too many questions. The maximum is shown beside this sentence.
survey-fault-too_many_items = There are too many notes and groups. The maximum is shown beside this sentence.
survey-fault-too_many_options = There are too many options. The maximum is shown beside this sentence.
survey-fault-too_many_rows = There are too many rows. The maximum is shown beside this sentence.
survey-fault-too_large = All texts or all rules together are too long. The maximum in bytes is shown beside this sentence.
survey-fault-unknown_question = The rule refers to a question that does not exist.
survey-fault-not_a_question = The rule refers to a section, a group or a note instead of a question.
survey-fault-rule_on_later_question = The rule refers to a question that comes later.
survey-fault-rule_on_itself = The rule refers to its own question.
survey-fault-matrix_as_whole = The rule refers to a whole matrix instead of one of its rows.
survey-fault-own_outside_constraint = The sign for the answer itself (.) can only be used in a constraint.
survey-fault-unknown_option = The rule compares with an option that the question does not have.
survey-fault-code_ordered = The rule compares codes by size, or calculates with them.
survey-fault-date_ordered = The rule compares dates by size, or calculates with them.
survey-fault-no_number = The rule compares a number with a text that is not a number.

## Faults of sheets

survey-fault-missing_sheet = There is no sheet with this name.
survey-fault-missing_column = The sheet lacks this column.
survey-fault-duplicate_column = Two columns have the same header.
survey-fault-sheet_too_large = The sheet has too many rows or columns. The maximum is shown beside this sentence.
survey-fault-language_unnamed = The language of this column is not known. Please add it to the header, as in label::English (en), or set a default language.
survey-fault-language_unknown = No language has this name, or no column has this language.
survey-fault-language_spelt_twice = This language is written in two ways. Please write it in the same way in all headers.
survey-fault-missing_type = This row has no type.
survey-fault-unsupported_type = Questions of this type are not supported.
survey-fault-unsupported_column = This column is not supported. Please empty the cell.
survey-fault-or_other = The addition or_other is not supported. Please add an option and a text question that is shown if the option is chosen.
survey-fault-unknown_list = There is no list of options with this name.
survey-fault-group_not_closed = This group is not closed.
survey-fault-no_open_group = No group is open here.
survey-fault-too_deep = Groups are nested too deeply.
survey-fault-mixed_matrix = All rows of a matrix must be of the same kind.
survey-fault-no_yes_no = The value must be yes or no.
survey-fault-bad_number = A number is expected here.
survey-fault-bad_parameter = This parameter is not understood.
survey-fault-bad_sensitivity = The value must be aggregate, community or secretariat.
survey-fault-rule_too_long = The rule is too long.
survey-fault-rule_too_deep = The rule is nested too deeply.
survey-fault-rule_unfinished = The rule is not complete.
survey-fault-rule_unexpected = The rule contains something unexpected here.
survey-fault-unknown_function = Rules do not have this function.
survey-fault-wrong_operands = This function needs other values.

## What was passed over

survey-note-ignored_sheet = This sheet was not read.
survey-note-ignored_column = This column was not read.
survey-note-ignored_cell = This cell has no meaning in this row, and was not read.
survey-note-disabled_row = This row is disabled, and was not read.
survey-note-ignored_type = Rows that record circumstances were not read.
survey-note-ignored_appearance = This appearance has no meaning here.
survey-note-unused_list = No question uses this list of options.
