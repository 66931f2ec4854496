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
survey-fault-link_in_title = E-mails quote this title. Write it without links, addresses and telephone numbers.
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

## Codebooks: what stands in the columns of the answers

survey-codebook-author = Secretariat
survey-codebook-unit = Organisation
survey-codebook-members = Member administrations that are active when a round opens
survey-codebook-partners = Partner agencies that are active when a round opens
survey-codebook-kind = Answers to a questionnaire, one set for each organisation
survey-codebook-sampling = Complete enumeration: every organisation is asked
survey-codebook-mode = Questionnaire on the web, filled in by the organisation and approved by its coordinator
survey-codebook-confidential = Counts that are smaller than the minimum cell size of the round are not shown, nor are the counts from which they could be computed.
survey-codebook-chosen = Chosen
survey-codebook-not_chosen = Not chosen
survey-codebook-no_answer = No answer
survey-codebook-not_asked = Not asked
survey-codebook-declined = Not to be shown

## Codebooks: when a question is asked

survey-condition-or = { $left } or { $right }
survey-condition-and = { $left } and { $right }
survey-condition-not = not ({ $part })
survey-condition-quoted = “{ $part }”
survey-condition-is = { $left } is { $right }
survey-condition-is_not = { $left } is not { $right }
survey-condition-answered = { $left } has an answer
survey-condition-unanswered = { $left } has no answer
survey-condition-less = { $left } is less than { $right }
survey-condition-at_most = { $left } is at most { $right }
survey-condition-more = { $left } is more than { $right }
survey-condition-at_least = { $left } is at least { $right }
survey-condition-includes = { $left } includes { $right }
survey-condition-count = the number of options chosen for { $part }
survey-condition-length = the number of characters of { $part }
survey-condition-own = the answer
survey-condition-always = always
survey-condition-never = never

## Charts and files of results

results-chart-hidden = Hidden
results-chart-together = Hidden, all together: { $count }
results-chart-share = { $count } ({ $percent }%)
results-chart-base = { $n } of { $frame } took part in the survey; { $base } of these were asked this question.
results-chart-respondents = { $n } of { $frame } took part.
results-chart-highest = Highest count: { $option }, { $count } ({ $percent }%).
results-chart-some_hidden = Small counts are hidden, and those from which they could be computed.
results-chart-all_shown = All counts are shown.

## Responses: how they stand, and what happens to them

response-state-not_started = not started
response-state-draft = a draft
response-state-in_review = in review
response-state-approved = approved
response-state-submitted = submitted
response-state-reopened = reopened
response-state-withdrawn = withdrawn

response-event-edit = change
response-event-request_review = request a review of
response-event-approve = approve
response-event-return = return
response-event-submit = submit
response-event-reopen = reopen
response-event-withdraw = withdraw

## Why an answer is not right, and why it cannot be stored

answer-hint-empty = There is no answer.
answer-hint-wrong_row = The question has no such row.
answer-hint-wrong_type = The answer is of another kind than the question asks for.
answer-hint-unknown_option = The question has no such option.
answer-hint-not_alone = This option cannot be chosen together with others.
answer-hint-too_small = The number is too small. The minimum is shown beside this sentence.
answer-hint-too_large = The number is too large. The maximum is shown beside this sentence.
answer-hint-off_step = The number is between two steps. The step is shown beside this sentence.
answer-hint-no_decimal = This is not a number, or it has too many digits.
answer-hint-too_long = The text is too long. The maximum number of characters is shown beside this sentence.
answer-hint-control_character = The text has characters that cannot be printed.
answer-hint-no_date = There is no such day.
answer-hint-bad_file = The file is not described correctly.

answer-fault-unknown_question = The questionnaire has no such question.
answer-fault-unknown_row = The question has no such row.
answer-fault-not_assigned = This section is not assigned to you.
answer-fault-too_large = The answer is too large to be saved.
answer-fault-wrong_type = This is no answer to a question of this type, and cannot be kept as a draft.
answer-fault-response_full = All answers of this response together are too long. Shorten others before you add this one.
answer-fault-history_full = The answers of this response have been changed so often that no more changes can be saved.
answer-fault-twice = The same answer is there twice.
answer-fault-nothing_given = There is no answer that could be confirmed.
answer-fault-unknown_file = No such file was uploaded for this question.
