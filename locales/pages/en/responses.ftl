### The pages on which an administration answers a survey.

## The response and its sections

response-begin = Begin the response
    .body = Your organisation has not begun its response yet. It gives one response, on which several colleagues can work at the same time. If it answered the previous round, its answers are taken over and marked until somebody confirms them.
response-not-begun = Your organisation has not begun its response yet. A coordinator or contact point begins it.
response-sections = Sections
response-guide-sign = When all sections are ready, check the answers. The response is then approved and submitted.
response-guide-lead = When all sections are ready, check the answers and ask for approval. A coordinator approves the response; it is then submitted.
response-guide-contributor = When a section is complete, mark it as ready. A contact point or coordinator checks all answers and submits the response.
response-guide-approve = Approval was asked for. Check the answers, then approve the response or send it back for changes.
response-guide-wait = Approval was asked for. When a coordinator has approved the response, it can be submitted.
response-guide-submit = The response is approved and not submitted yet. Check the answers, then submit it.
response-next-fill = Continue: { $section }
response-next-hand_over = Check and ask for approval
response-next-approve = Check and approve
response-next-submit = Check and submit
response-progress = { COUNT($asked) ->
        [one] { $ready } of 1 section ready
       *[other] { $ready } of { $asked } sections ready
    }
response-own-task = assigned to you
response-assigned = Assigned to:
response-assigned-due = { $name }, due by { DAY($day) }
response-assigned-overdue = { $name }, due by { DAY($day) } – overdue
response-present = Here at the moment: { $names }
response-missing = { COUNT($count) ->
        [one] One answer is missing.
       *[other] { $count } answers are missing.
    }
response-faults = { COUNT($count) ->
        [one] One answer needs a second look.
       *[other] { $count } answers need a second look.
    }
response-unconfirmed = { COUNT($count) ->
        [one] One answer of the previous round is to be confirmed.
       *[other] { $count } answers of the previous round are to be confirmed.
    }
response-done = { $name }, { DAY($at, $zone) }, { HOUR($at, $zone) } { ZONE($at, $zone) }
response-approval-ended = { $name } has changed an answer after the approval, which has ended by that. Please approve the response again.
response-approval-left = { $name } approved the response and no longer signs for your organisation. The approval no longer counts. Please look at the response and approve it again.
response-approval-revoked = The session in which { $name } approved the response was ended. The approval no longer counts. Please look at the response and approve it again.
response-shares = With the approval it was decided that the members may see the answers to the questions that are meant for the community.
response-is-submitted = The response is submitted. To change an answer, reopen it first.
    .closed = The response is submitted. The deadline has passed, so it can no longer be changed.
response-is-reopened = The response is open again. The last submission counts until you submit the next one.
response-is-withdrawn = The response is withdrawn and does not count. You can reopen it and submit it again.
    .closed = The response is withdrawn and does not count. The deadline has passed, so it can no longer be reopened.
response-too-late = The deadline of your organisation has passed, so the response is not accepted now. Everything that was written is kept. You can ask for more time.
response-late = The general deadline has passed. Your organisation has more time; its response will be marked as late.
response-changed-meanwhile = The response has changed since you read it. Please read what was changed before you go on; what you filled in is still here.
response-changed-much = The response has changed since you read it, in more places than are listed here. Please check the response again.
response-changes =
    .caption = Changed since you read the response, the newest first
    .none = No answer was changed.
response-until = Deadline:
response-place = section { $number } of { $total }
section-state-cannot_start = cannot start yet
section-state-not_started = not started
section-state-in_progress = in progress
section-state-ready = ready
section-state-fault = to be corrected
section-state-submitted = submitted
link-response-review = Check all answers
link-response-assignments = Assign sections
link-response-history = History of the answers
link-response-receipt = Receipts
link-response-extension = Ask for more time
link-back-to-response = Back to the response
link-back-to-section = Back to the section
link-back-to-question = Back to the question
link-back-to-review = Back to all answers
th-answering = Answering
th-own-response-state = Response
th-last-edited = Last change
th-review-requested = Approval requested
th-approved-by = Approved
th-accepted-until = Deadline
notice-response-begun = The response has begun.

## A section

section-not-asked = This section is not asked at present: earlier answers rule it out, or are not given yet.
section-save = Save
section-save-next = Save and go to the next section
section-save-check = Save and check all answers
section-ready-hint = Answers can be changed until the response is submitted. “Ready” tells your colleagues that the section is complete.
section-mark-ready = Mark this section as ready
section-incomplete = { COUNT($count) ->
        [one] The answers are saved. The section is not marked as ready, because one answer is open
       *[other] The answers are saved. The section is not marked as ready, because { $count } answers are open
    }
section-mark-unready = Mark this section as not ready
section-confirm = Confirm all answers of “{ $name }”
    .body = Please read the section first. All answers that were taken over from the previous round are then confirmed in your name, and count as answers of this round.
    .button = Confirm all answers of this section
notice-section-ready = “{ $section }” is marked as ready.
notice-section-unready = “{ $section }” is no longer marked as ready.
notice-section-confirmed = { COUNT($count) ->
        [one] One answer is confirmed.
       *[other] { $count } answers are confirmed.
    }
notice-answers-saved = Your answers are saved.
notice-answers-saved-anew = Your answers are saved. This ended the approval of the response.
notice-answers-unchanged = All answers are saved.
notice-answers-doubtful = { COUNT($count) ->
        [one] Your answers are saved. One of them needs a second look before the response is submitted.
       *[other] Your answers are saved. { $count } of them need a second look before the response is submitted.
    }
answers-conflicts = { COUNT($count) ->
        [one] A colleague has changed one of these answers in the meantime
       *[other] Colleagues have changed { $count } of these answers in the meantime
    }
answers-mark-unsaved = Not saved yet
answers-said-unsaved = Not saved yet.
answers-said-saving = Saving …
answers-said-saved = Everything is saved.
answers-said-anew = Everything is saved. This ended the approval of the response.
answers-said-doubtful = { COUNT($count) ->
        [one] Everything is saved. One answer needs a second look.
       *[other] Everything is saved. { $count } answers need a second look.
    }
answers-said-conflict = A colleague has changed an answer in the meantime. Please choose which one stays.
answers-said-offline = Not saved yet: the portal cannot be reached. What you typed is kept in this tab, and will be sent again.
answers-signed-out = You are no longer logged in. What you typed is kept in this tab: log in again to save it.

## Comments, files, history, assignments

answer-comments = Comments of colleagues
    .none = There are no comments.
answer-comment-hint = For your colleagues only; at most { $max } characters.
answer-comment = Comment
    .button = Add comment
notice-answer-comment-added = The comment was added.
link-answer-comments = { COUNT($count) ->
        [0] Comment
        [one] 1 comment
       *[other] { $count } comments
    }
link-answer-history = History
link-answer-file = Upload a file
link-answer-earlier = Earlier values
answer-upload = { $name }
    .body = The file becomes the answer to this question, in place of the one before. All files are kept for the history.
    .button = Upload the file
answer-files = Files
    .caption = Files for this question
    .none = There is no file yet.
th-uploaded-file = File
notice-answer-upload = The file is saved as the answer.
page-answer-history = History of the answers
    .caption = Values, the newest first
    .none = There are no answers yet.
page-answer-history-of = History: { $question }
th-question = Question
th-answer-given = Answer
th-given-by = By
th-given-at = When
th-means = How
means-form = in the portal
means-import = from a file
means-prefill = from the previous round
means-api = by a program
page-assignments = Who fills in what
    .body = Everybody who is asked for a new section gets an e-mail. Contributors see only the sections that are assigned to them. An assignment ends with the round.
    .button = Save the assignments
field-assigned = Colleagues
field-due_on = Due by (day)
notice-response-assigned = The assignments are saved.
assignments-changed-meanwhile = A colleague has changed the assignments meanwhile. Your choice is still here, and under each section you see what is stored now. Please compare, and save again.
assignments-now = Now: { $names }
assignments-now-none = Now: nobody

## Review and submission

page-review = Check the response
review-complete = Nothing is missing.
review-open = { COUNT($count) ->
        [one] One point is open
       *[other] { $count } points are open
    }
review-missing = The answer is missing: { $question }
    .short = missing
review-invalid = The answer is to be corrected: { $question }
    .short = to be corrected
review-unmet = The answer does not agree with what is asked: { $question }
    .short = does not agree with what is asked
review-unconfirmed = The answer of the previous round is to be confirmed: { $question }
    .short = to be confirmed
review-change = Change the answers
review-points-first = First deal with the open points above.
review-another-approves = Another coordinator approves: you changed this response last.
review-other-steps = Other steps
response-request-review = Ask for approval: { $name }
    .body = The coordinators of your organisation get an e-mail. The response can still be changed.
    .button = Ask for approval
response-approve = Approve the response: { $name }
    .body = With your approval the response can be submitted. A change of any answer ends the approval.
    .button = Approve
response-return = Send the response back for changes: { $name }
    .body = The response goes back to those who have written it, with your reason.
    .button = Send back for changes
response-submit = Submit the response: { $name }
    .body = The Secretariat receives the answers as they are now, and your organisation a receipt. Until the deadline the response can be reopened and submitted again; each submission is kept.
    .button = Submit to the Secretariat
response-reopen = Reopen the response: { $name }
    .body = Answers can be changed again. The last submission counts until you submit the next one.
    .button = Reopen
response-withdraw = Withdraw the response: { $name }
    .body = What was submitted counts no longer, in no result to come. Its receipt stays, and says that it was withdrawn.
    .button = Withdraw
response-agrees-share = The members may see our answers to the questions that are meant for the community
response-agrees-adopt = Our answers about technologies also become what the directory says of our administration
field-agrees = What your organisation agrees to
notice-response-request-review = Approval was requested.
notice-response-approve = The response is approved. It is not submitted yet.
notice-response-return = The response was sent back for changes.
notice-response-submit = The response is submitted. This is the receipt.
notice-response-reopen = The response is open again.
notice-response-withdraw = The response is withdrawn.

## Receipts

page-receipts = Receipts: { $survey }
    .body = Please keep the file of the submission: with it you can prove what you have submitted.
    .caption = Submissions, the newest first
    .none = Nothing was submitted yet.
receipts-confirmed = { $organisation } submitted its response to “{ $survey }” on { DAY($at, $zone) } at { HOUR($at, $zone) } ({ ZONE($at, $zone) }). The Secretariat has received it.
receipts-technical =
    .body = A receipt is the SHA-256 of the file of the submission, which has a random number that only you have. Anybody can look it up without seeing an answer.
    .caption = Receipts, the newest first
    .none = Nothing was submitted yet.
page-receipt = Receipt of a response
receipt-known = This is the receipt of a response to a survey. The answers are not shown here.
receipt-unknown = This is not the receipt of any response that the portal has received. Please check that you have copied all of it.
receipt-compare = Compare a file
    .body = Do you have the file of the submission? It is compared here with what was submitted. The file is not stored.
    .button = Compare
receipt-hint = At most { SIZE($max) }.
receipt-same = The file is exactly what this receipt is about.
receipt-other = The file is not what this receipt is about.
receipt-download = Submission { $number } as a file
receipt-superseded-by = replaced by submission { $number }
receipt-late = late, with an extension
receipt-state-valid = counts
receipt-state-superseded = replaced by a later submission
receipt-state-withdrawn = withdrawn
th-submission = Submission
th-receipt-state = State
th-submitted-at = Submitted
th-receipt = Receipt (SHA-256)
th-snapshot = What was submitted
th-of-survey = Survey
th-of-version = Version of the questionnaire
th-version-sha256 = SHA-256 of the questionnaire
th-withdrawn-at = Withdrawn
