### The fields of a questionnaire: what is said beside questions and answers.

answer-due = (required)
answer-none = No answer
answer-ticked = Yes, confirmed
answer-no-file = No file yet
answer-file-size = { SIZE($size) }
answer-gone = { $option } (no longer an option: please choose another one)
answer-confirm = This is still correct
answer-prefilled = From your response to the previous round, { DAY($at, $zone) }. It does not count until it is confirmed or changed.
answer-earlier = In the previous round ({ DAY($at, $zone) }) you answered “{ $value }”, which is no longer possible here.

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

answer-wrong-empty = There is no answer yet.
answer-wrong-wrong_row = This row is not part of the question.
answer-wrong-wrong_type = This answer is of another kind than the question asks for.
answer-wrong-no_integer = Please enter a whole number, in digits only.
answer-wrong-unknown_option = The answer “{ $detail }” is not among the options.
answer-wrong-not_alone = This option goes with no other one. Please keep either it or the others.
answer-wrong-too_small = This number is too small. The lowest is { $detail }.
answer-wrong-too_large = This number is too large. The highest is { $detail }.
answer-wrong-off_step = This number lies between two steps. One step is { $detail }.
answer-wrong-no_decimal = Please enter a number, such as 12.5.
answer-wrong-too_long = This text is too long. The maximum number of characters is { $detail }.
answer-wrong-control_character = This text contains an invisible character or a line break that is not allowed.
answer-wrong-no_date = Please enter a day that exists, as year-month-day.
answer-wrong-bad_file = This file is not described as it should be. Please choose it again.
answer-wrong-unmet = This answer does not agree with what the question asks for.

## Two people have answered at the same time

answer-conflict = A colleague has changed this answer in the meantime. Nothing is lost: please choose which answer stays, or change the field and keep what is in it.
    .name = Two answers to choose from
answer-conflict-mine = Your answer
answer-take-mine = Keep what is in the field
answer-take-theirs = Keep your colleague’s answer
