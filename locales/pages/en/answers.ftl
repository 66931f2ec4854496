### The fields of a questionnaire: what is said beside questions and answers.

answer-due = (required)
answer-none = No answer
answer-ticked = Yes, confirmed
answer-no-file = No file yet
answer-file-size = { SIZE($size) }
answer-gone = { $option } (no longer an option: please choose another one)
answer-confirm = This is still correct
answer-prefilled = From your response to “{ $round }”, { DAY($at, $zone) }. It does not count until it is confirmed or changed.

## Bounds, told before somebody answers

answer-limits-both = From { $least } to { $most }.
answer-limits-least = At least { $least }.
answer-limits-most = At most { $most }.
answer-limits-steps = From { $least } to { $most }, in steps of { $step }.
answer-limits-text = { COUNT($most) ->
        [one] At most one character.
       *[other] At most { $most } characters.
    }

## What is wrong with an answer, which is kept all the same

answer-fault-empty = There is no answer yet.
answer-fault-wrong_row = This row is not part of the question.
answer-fault-wrong_type = This answer is of another kind than the question asks for.
answer-fault-no_integer = Please enter a whole number, in digits only.
answer-fault-unknown_option = The answer “{ $detail }” is not among the options.
answer-fault-not_alone = This option goes with no other one. Please keep either it or the others.
answer-fault-too_small = This number is too small. The lowest is { $detail }.
answer-fault-too_large = This number is too large. The highest is { $detail }.
answer-fault-off_step = This number lies between two steps. One step is { $detail }.
answer-fault-no_decimal = Please enter a number, such as 12.5.
answer-fault-too_long = This text is too long. The maximum number of characters is { $detail }.
answer-fault-control_character = This text contains an invisible character or a line break that is not allowed.
answer-fault-no_date = Please enter a day that exists, as year-month-day.
answer-fault-bad_file = This file is not described as it should be. Please choose it again.
answer-fault-unmet = This answer does not agree with what the question asks for.

## Two people have answered at the same time

answer-conflict = A colleague has changed this answer in the meantime. Nothing is lost: please choose which answer stays, or change the field and keep what is in it.
    .name = Two answers to choose from
answer-conflict-mine = Your answer
answer-take-mine = Keep what is in the field
answer-take-theirs = Keep your colleague’s answer
