### Rounds of surveys: their list, how responses stand, deadlines, requests for more time, reminders.
field-asked = Questionnaire
field-opens_at = Opens on
field-opens_at_time = Time of the opening (optional)
field-closes_at = Last day
field-closes_at_time = Time on the last day (optional)
field-min_cell = Minimum cell size
field-pairs = Tables of two questions
field-is_participation_public = The people who are asked see by name who has submitted
field-reminder_days = Reminders: days before the deadline
field-reminder_states = Who is reminded
field-state = State
field-scope = For whom
field-region = Region
field-until = Last day
field-until_time = Time on the last day (optional)
field-states = Who is reminded
field-text = A word to them (optional)
th-round = Round
th-opens = Opens
th-opened = Opened
th-deadline-for-all = Deadline for all
th-deadline = Deadline
th-own-deadline = Your deadline
th-deadline-of = Deadline of { $name }
th-extension = Extension
th-zone = Time zone
th-min-cell = Minimum cell size
th-pairs = Tables of two questions
th-counterpart = Paired round
th-public = Participation
th-reminder-days = Reminders, days before the deadline
th-closed = Closed
th-asked = Asked
th-submitted = Submitted
th-rate = Response rate
th-rate-before = Round before
th-days = Days since the opening
th-acceptance = Acceptance
th-your-response = Your response
th-response-state = Response
th-number = No.
th-for-whom = For whom
th-until = Until
th-decision = Decision
th-reminder-kind = Reminder
th-states = Who is reminded
th-words = A word to them
th-people = People
th-answer-of-secretariat = Answer of the Secretariat
field-place = Administration
round-state-draft = Draft
round-state-waiting = Draft that opens by itself
round-state-open = Open
round-state-closed = Closed
round-state-cancelled = Cancelled
round-is-draft = This round has not opened yet.
round-is-open = This round is open.
round-is-closed = This round is closed.
round-is-cancelled = This round was cancelled.
response-stands-not_started = Not started
response-stands-draft = Draft
response-stands-in_review = In review
response-stands-approved = Approved
response-stands-submitted = Submitted
response-stands-reopened = Reopened
response-stands-withdrawn = Withdrawn
round-name = { $survey }, { DAY($at, $zone_of_round) }
deadline-of-round = { $closing ->
        [day_end] end of { DAY($day) } (24:00), { ZONE($at, $zone_of_round) }
       *[hour] { DAY($at, $zone_of_round) }, { HOUR($at, $zone_of_round) } { ZONE($at, $zone_of_round) }
    }
opening-of-round = { $closing ->
        [day_start] beginning of { DAY($day) } (00:00), { ZONE($at, $zone_of_round) }
       *[hour] { DAY($at, $zone_of_round) }, { HOUR($at, $zone_of_round) } { ZONE($at, $zone_of_round) }
    }
deadline-of-reader = for you { DAY($at, $zone) }, { HOUR($at, $zone) } { ZONE($at, $zone) }
deadline-in-utc = { DAY($at, $utc) }, { HOUR($at, $utc) } UTC
round-time-hint = Time of day
    .start = Without a time, it opens at the beginning of the day.
    .chosen = Without a time, responses are accepted until the end of the day (24:00).
    .end = In the time zone of the round ({ $of_round }). Without a time, it is the end of the day (24:00).
page-rounds = Rounds
    .body = A round puts a version of a questionnaire to all who are asked, from its opening to its deadline.
    .caption = Rounds
    .none = There is no such round.
link-own-response = Response of your organisation
link-rounds = All rounds
link-round-new = New round
link-back-to-round = Back to the round
link-round-edit = Change the round
link-frame = Who is asked
link-deadlines = All deadlines
link-deadline-new = Move a deadline
link-deadline-file = Deadline for your calendar
link-back-to-deadlines = Back to the deadlines
link-extensions = Requests for more time
link-extension-new = Ask for more time
link-back-to-extensions = Back to the requests
link-reminders = Remind those who have not submitted
link-back-to-reminders = Back to the reminders
link-counterpart = Round of the paired survey
page-round-new = New round
    .body = A round begins as a draft. Nobody is asked until you open it. At the opening, everybody who may answer gets an e-mail.
    .button = Create the round
    .asked = Only published versions can be asked.
    .zone = Days and times of the round are in this zone. Everybody also sees them in their own zone and in UTC.
    .opens = The members of this day are asked, with their regions of this day.
    .closes = The first deadline. It can be moved later, for all, a region or one administration.
    .cell = From 3 to 10. Counts of fewer respondents are suppressed in the results.
    .specialists = For specialists: tables of two questions (optional)
    .pairs = One table on each line: the code of a question, a space, and the concept by whose answers it is divided. The pages of the version have the codes; once the round is created, the page that changes it lists them here, for 60 questions at most.
    .reminders = Reminders
    .counterpart = The round of the paired survey, whose results can be compared.
    .alone = None
    .public = Only that they have submitted, never an answer.
    .days = Reminders that are sent by themselves, with commas: 14, 7, 1. Leave it empty for none.
    .states = Automatic reminders go to the people whose response is in one of these states on that day.
page-round-edit = Change the round: { $name }
    .draft = All of it can be changed until the round opens.
    .open = The round is open: only reminders and the publicity of the participation can still be changed. Deadlines are moved on the page of all deadlines.
    .closed = The round is closed and can no longer be changed.
    .cancelled = The round was cancelled and can no longer be changed.
    .button = Save the round
round-changed-meanwhile = Somebody else has changed this round meanwhile. Please compare with its page, and send the form again.
round-changed-since = The round has changed since you read it; what stands here is how it is now. Please read it before you decide; what you filled in is still here.
notice-round-made = The round is created. Nobody is asked until you open it.
notice-round-changed = The round is changed.
round-pair = “{ $question }” by “{ $other }”
round-codes =
    .caption = Questions of this version with their codes
    .none = There are no questions.
round-results = Results of this round
round-more = More about this round
round-public-yes = The people who are asked see who has submitted
round-public-no = Only the Secretariat sees who has submitted

## Deeds
round-open = Open the round: { $name }
    .body = Whom the round asks is frozen: the members that are active on the day of the opening, with their regions of that day. From then on questionnaire, time zone and minimum cell size can no longer be changed, and responses are accepted until the deadline. Everybody who may answer gets an e-mail.
    .later = The day of the opening has not come yet: the round opens by itself on { DAY($at, $zone) }, { HOUR($at, $zone) } { ZONE($at, $zone) }.
    .button = Open the round
round-close = Close the round: { $name }
    .body = No response is accepted any more, also from those who have more time. Drafts are kept. A deadline that is moved to a later day opens the round again.
    .button = Close the round
round-cancel = Cancel the round: { $name }
    .body = The round is called off for good. No response is accepted any more, and there are no results. What was written is kept.
    .button = Cancel the round
notice-round-opened = { COUNT($count) ->
        [0] The round is open.
        [one] The round is open and asks 1 administration.
       *[other] The round is open and asks { $count } administrations.
    }
notice-round-scheduled = The round will open by itself.
notice-round-closed = The round is closed.
notice-round-cancelled = The round is cancelled.

## How responses stand
round-participation = Participation
    .until = As of the deadline, { DAY($day) }. Responses that came later with more time are counted in the results.
round-waiting = Requests for more time that wait
tile-detail = Submitted: { $submitted } of { $frame }
progress =
    .caption = Responses by region
    .none = Nobody is asked.
progress-all = All
pace = Response rate over time
    .caption = Response rate by days since the opening
    .none = There are no figures yet.
pace-percent = { $percent }%
pace-description = { $percent }% of those asked ({ $count } of { $frame }) have submitted { COUNT($days) ->
        [0] on the day of the opening
        [one] 1 day after the opening
       *[other] { $days } days after the opening
    }. The table below has the same figures.
pace-days = { COUNT($days) ->
        [one] 1 day
       *[other] { $days } days
    }
pace-legend = Full line: this round, by days since its opening. Dotted vertical line: the deadline for all.
    .last = Dashed line: the round before.
page-frame = Who is asked: { $name }
    .body = { COUNT($count) ->
        [0] Nobody is asked yet.
        [one] { $audience ->
            [partner] 1 partner agency is asked.
           *[member] 1 administration is asked.
        } This does not change any more.
       *[other] { $audience ->
            [partner] { $count } partner agencies are asked.
           *[member] { $count } administrations are asked.
        } This does not change any more.
    }
    .caption = Who is asked
    .none = There is no such organisation.
standing-open = Responses are accepted
standing-closed = Responses are not accepted
standing-extended = More time than others was granted

## Deadlines

page-deadlines = Deadlines: { $name }
    .body = Deadlines are never changed, only added. The newest deadline for all counts; what was granted to a region or to one administration stays.
    .caption = Deadlines
    .none = There is no entry until the round opens.
scope-all = All
scope-region = A region
scope-organisation = One administration
scope-no-region = – choose if “A region” is selected –
scope-no-place = – choose if “One administration” is selected –
deadline-new = Move a deadline: { $name }
    .body = The new deadline takes effect at once, for pages, calendars and reminders. A region or an administration can be given more time, never less. A later deadline opens a closed round again. Nobody is told by e-mail.
    .button = Move the deadline
    .reason = Those whom it concerns read this reason.
notice-deadline-added = The deadline is added. Nobody has been told. Send a reminder to those who have not submitted.

## Requests for more time

page-extensions = Requests for more time: { $name }
    .caption = Requests for more time
    .none = Nobody has asked for more time.
extension-state-open = Waiting for a decision
extension-state-granted = Granted
extension-state-declined = Declined
extension-new = Ask for more time: { $name }
    .body = The Secretariat decides, and answers by e-mail. Until then your deadline stays as it is.
    .button = Send the request
    .reason = The Secretariat reads this reason.
    .nobody = More time is asked for by the coordinator of an administration that is asked, or by the people of a partner agency.
extension-grant = Grant more time: { $name }
    .body = The deadline of this administration moves at once. A response after the deadline of the others is marked as late. Those who asked are told by e-mail.
    .button = Grant more time
    .reason = A word to those who asked (optional).
    .of = Grant ({ $name })
extension-decline = Decline more time: { $name }
    .body = The deadline stays as it is. Those who asked are told by e-mail.
    .button = Decline the request
    .reason = Those who asked read this reason.
    .of = Decline ({ $name })
extension-is-decided = This request has already been decided.
notice-extension-asked = The request is sent to the Secretariat.
notice-extension-granted = More time is granted.
notice-extension-declined = The request is declined.
tasks-surveys = Surveys to answer
    .caption = Surveys to answer
    .none = No survey waits for a response.
    .all = All rounds
tasks-left = { COUNT($days) ->
        [0] less than a day
        [one] 1 day
       *[other] { $days } days
    }
    .none = the deadline has passed
th-time-left = Time left
tasks-sections = Sections to fill in
    .caption = Sections to fill in
    .none = You were not asked to fill in a section.
    .all = All rounds
tasks-due = { DAY($day) }
tasks-overdue = { DAY($day) } – overdue
th-due = Due by
tasks-extensions = Requests for more time
    .caption = Requests for more time
    .none = No request waits.
    .all = All rounds

## Reminders

page-reminders = Reminders: { $name }
    .body = An e-mail to the people whose response is in one of these states. You first see whom it would reach; nothing is sent yet.
    .button = See whom it would reach
    .text = The e-mail quotes it, as you write it. Otherwise it is in the language of each reader.
reminders-sent =
    .caption = Reminders that were sent
    .none = No reminder was sent yet.
reminder-by-calendar = { COUNT($days) ->
        [0] Automatic
        [one] Automatic, 1 day before the deadline
       *[other] Automatic, { $days } days before the deadline
    }
reminder-by-secretariat = By the Secretariat
reminder-at-opening = At the opening
reminder-send = { COUNT($name) ->
        [0] Nobody is reminded
        [one] Remind 1 person
       *[other] Remind { $name } people
    }
    .body = Each person gets one e-mail. Who submits before it is sent gets none.
    .button = Send the reminder
    .more = The reminder would now reach more people than you were told, so it was not sent. Please read the list below again before you send it.
    .none = Nobody would be reminded. Please choose other states.
    .nobody = Nobody can be written to at: { $names }
reminder-told =
    .caption = Who would be reminded
    .none = Nobody would be reminded.
notice-reminder-sent = { COUNT($count) ->
        [0] Nobody was reminded.
        [one] 1 person is reminded.
       *[other] { $count } people are reminded.
    }
