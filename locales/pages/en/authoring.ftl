### Writing, approving and sending announcements.

page-authoring-manage = Manage announcements
page-authoring-new = Write an announcement
page-authoring-edit = Change the announcement
page-authoring-delete = Delete the draft
page-authoring-preview = Preview: { $language }
page-authoring-recipients = Recipients
page-authoring-test = Send a test
page-authoring-submit = Submit for approval
page-authoring-decide = Approve or reject the announcement
page-authoring-send = Send the announcement
page-authoring-schedule = Schedule the announcement
page-authoring-progress = Progress of sending
page-authoring-cancel = Cancel the announcement
page-authoring-deliveries = Each e-mail
page-authoring-acknowledgements = Confirmations of reading
page-authoring-markdown = Help for writing texts (Markdown)
notice-authoring-saved = The announcement was saved. Check the preview and the recipients, then go on to the next step.
notice-authoring-deleted = The draft was deleted.
notice-authoring-tested = { COUNT($count) ->
        [one] One test e-mail is on its way to { $email }.
       *[other] { $count } test e-mails are on their way to { $email }.
    }
notice-authoring-submitted = The announcement was submitted. The other people of the Secretariat were informed by e-mail.
notice-authoring-approved = You have approved the announcement. It can now be sent or scheduled.
notice-authoring-rejected = You have not approved the announcement. It is a draft again, and its author was informed.
notice-authoring-sent = Sending has begun.
notice-authoring-scheduled = The announcement is scheduled.
notice-authoring-unscheduled = The announcement is no longer scheduled.
notice-authoring-paused = Sending is paused. No more e-mails leave until it is resumed.
notice-authoring-resumed = Sending has been resumed.
notice-authoring-cancelled = The announcement was cancelled. E-mails that had not left are not sent any more.
notice-authoring-retried = The e-mails that failed will be sent again.
authoring-steps = Steps of this announcement
authoring-step-edit = Change the text and the audience
authoring-step-preview = Preview
authoring-step-recipients = Recipients
authoring-step-test = Send a test
authoring-step-submit = Submit for approval
authoring-step-decide = Approve or reject
authoring-step-send = Send
authoring-step-schedule = Schedule
authoring-step-progress = Progress
authoring-step-deliveries = Each e-mail
authoring-step-acknowledgements = Confirmations of reading
authoring-step-cancel = Cancel the announcement
authoring-step-delete = Delete the draft
authoring-fact-approved = Approved on
authoring-fact-planned = To be sent on
authoring-fact-begun = Sending began on
authoring-fact-finished = Sending ended on
authoring-fact-cause = Found by the portal
authoring-fact-reason = Reason given by a person
    .quoted = “{ $reason }”
authoring-reason-overdue = its time had passed before it could be sent
authoring-reason-many_failures = many deliveries failed
authoring-reason-many_turned_back = many e-mails were returned
authoring-reason-set_aside = an error of the portal interrupted it several times
authoring-reason-overruled = resumed by a person after an automatic pause
authoring-reason-planner_left = the person who scheduled it may no longer send announcements
authoring-reason-approver_left = the person who approved it may no longer approve announcements
authoring-reason-plan_revoked = the session in which it was scheduled was ended
authoring-reason-approval_revoked = the session in which it was approved was ended
authoring-reason-no_recipients = it no longer has any recipients
authoring-reason-approval_needed = it needs the approval of a second person
authoring-reason-public_approval_needed = anybody may read it, and no second person has approved it
authoring-reason-content_changed = its text is no longer the one that was approved
authoring-reason-language_missing = a language that it must have is missing
authoring-reason-not_started = it could not be started
authoring-by-state = Announcements by state
authoring-state-all = All
authoring-state-draft = Drafts
authoring-state-submitted = Waiting for approval
authoring-state-approved = Approved
authoring-state-scheduled = Scheduled
authoring-state-sending = Being sent
authoring-state-paused = Paused
authoring-state-sent = Sent
authoring-state-cancelled = Cancelled
authoring-state-held = On hold
authoring-none = There is no announcement here yet. Select “Write an announcement” to begin one.
authoring-column-subject = Subject
authoring-column-state = State
authoring-column-recipients = Recipients
authoring-column-time = Sending began
authoring-not-sent = Not sent
authoring-column-name = Name
authoring-column-administration = Administration
authoring-column-email = E-mail address
authoring-column-language = Language
authoring-column-mail = E-mail
authoring-column-tries = Attempts
authoring-column-answer = Reason or reply
authoring-column-sent = Sent on
authoring-column-acknowledged = Confirmed on
authoring-what = Subject matter
field-topic = Topic
authoring-official = Official notice, without a topic
authoring-topic-hint = People may unsubscribe from topics. An official notice has no topic and is sent to everybody.
field-default_language = Default language
authoring-default-hint = For readers in whose language there is no text.
authoring-audience = Audience
authoring-audience-hint = An empty field does not restrict the audience. A recipient matches at least one choice of each field that you fill in.
authoring-more-conditions = This audience has further conditions, which were set by a program. They stay as they are.
authoring-condition = { $field }: { $values }
authoring-conditions = A recipient meets each of these conditions. Of several values, one is enough.
authoring-condition-any = At least one of these: { $parts }
authoring-condition-all = Each of these: { $parts }
authoring-condition-none = None of these: { $parts }
authoring-condition-and = { $first }; { $second }
authoring-condition-unwilling = The member is not willing to share its experience
authoring-condition-everybody = Everybody in the directory, except people of partner agencies
authoring-recipients-counted = Recipients by kind of mail
field-audience-regions = Regions
field-audience-roles = Roles
field-audience-members = Members
authoring-members-hint = Open a region to choose its members. If you choose none, the audience has members of every region.
field-audience-technologies = Technologies that the contact knows
field-audience-languages = Languages that the contact speaks
authoring-languages-hint = Names of languages, separated by commas, for example French, Portuguese.
field-audience-adoption-technologies = Technologies that the Member has entered
field-audience-adoption-states = Stage of these technologies at the Member
field-audience-adoption-willing_to_share = The member is willing to share its experience
authoring-texts = Texts
authoring-texts-hint = Write the announcement in at least one language. Languages that you leave empty are not used.
authoring-no-text = Write the announcement in at least one language.
authoring-write-in = { $language ->
        [en] Write in English
        [fr] Write in French
        [es] Write in Spanish
        [ar] Write in Arabic
        [ru] Write in Russian
       *[pt] Write in Portuguese
    }
authoring-subject = Subject ({ $language })
authoring-body = Text ({ $language }), at most { WHOLE($max) } characters
field-required_languages = Required languages: no sending without them
authoring-options = Options
field-acknowledge = Ask readers to confirm that they have read it
field-public = Public: readable without an account, also in the public feed
authoring-save = Save and preview
authoring-voids = If you change anything, the announcement becomes a draft again and loses its approval and its schedule.
authoring-chosen = Yes
authoring-not-chosen = No
authoring-delete-consequence = The draft and all its texts are deleted. This cannot be undone.
authoring-delete-button = Delete the draft
authoring-preview-languages = Languages of the preview
authoring-recipients-now = { COUNT($count) ->
        [one] Addressed to 1 person at present.
       *[other] Addressed to { $count } people at present.
    }
authoring-addressed = { COUNT($count) ->
        [one] Addressed to 1 person.
       *[other] Addressed to { $count } people.
    }
authoring-text-in = { $language }:
authoring-size = Size of the e-mail: { SIZE($bytes) }.
authoring-clipped = The e-mail is so large that some programs show only its beginning. Shorten the text.
authoring-stripped = The text has pictures, scripts or other HTML. They are removed, and readers do not see them.
authoring-as-page = As e-mail and on the portal
authoring-as-text = As an e-mail without formatting
authoring-count-recipients = People it is addressed to
authoring-count-skipped = Of these, without an e-mail: unsubscribed or suppressed
authoring-count-digest = Of these, in their next digest
authoring-count-language = Language: { $language }
authoring-count-asked = People who are asked to confirm
authoring-shown-recipients = Recipients shown
authoring-show-all = All recipients
authoring-show-left_out = Only those who get no e-mail now
authoring-no-recipients = Nobody is selected. Change the audience of the announcement.
authoring-gets-mail = Gets the e-mail
authoring-skip-opted_out = No e-mail: unsubscribed from the topic
authoring-skip-suppressed = No e-mail: the address is suppressed
authoring-skip-left = No e-mail: no longer a contact
authoring-skip-digest = In the next digest
authoring-test-consequence = The test is sent to the people of the Secretariat that you choose, marked [TEST], as a person of the audience would read it. No recipient gets it.
authoring-test-languages = Languages of the test (all, if none is chosen)
authoring-test-people = Who gets the test (you alone, if nobody is chosen)
authoring-test-button = Send the test
authoring-submit-consequence = Another person of the Secretariat is asked to read and approve the announcement. A person who wrote or submitted it cannot approve it.
authoring-approval-optional = This announcement may also be sent without an approval.
authoring-submit-button = Submit for approval
authoring-not-now = This is not possible in the present state of the announcement.
authoring-writers = Written by
authoring-readable-by = Readable by
authoring-readable-by-anybody = Anybody, without an account (public)
    .later = Anybody, without an account, once it is sent (public)
authoring-readable-by-recipients = Its recipients and the Secretariat
authoring-asks-readers = Readers are asked to confirm that they have read it
authoring-submitted-by = Submitted by
authoring-changes = Changes since the last approval
authoring-never-approved = This announcement has not been approved before.
authoring-no-changes = Texts and audience are those that were approved.
authoring-approved-then = As approved
authoring-written-now = Now
authoring-approve = Approve
authoring-approve-consequence = { COUNT($count) ->
        [one] Your approval holds for exactly the texts and the audience on this page. After it, the announcement can be sent to 1 person.
       *[other] Your approval holds for exactly the texts and the audience on this page. After it, the announcement can be sent to { $count } people.
    }
authoring-approve-button = Approve this announcement
authoring-own-text = You wrote or submitted this announcement, so another person of the Secretariat must approve it.
authoring-reject = Reject
authoring-reject-consequence = The announcement becomes a draft again. Its author receives your reason by e-mail.
authoring-reject-button = Reject this announcement
authoring-reason-hint = Optional; kept for the record.
authoring-nothing-to-decide = There is nothing to decide: the announcement is not waiting for approval.
authoring-was-for = { COUNT($count) ->
        [one] When you opened this page, it was 1 person.
       *[other] When you opened this page, it was { $count } people.
    }
authoring-send-consequence = E-mails begin to leave at once. You can pause or cancel the sending, but e-mails that have left cannot be called back.
authoring-send-button = { COUNT($count) ->
        [one] Send to 1 person
       *[other] Send to { $count } people
    }
authoring-needs-approval = This announcement requires the approval of a second person before it can be sent. Submit it for approval.
authoring-planned = Scheduled for { DAY($at, $zone_of_plan) } at { HOUR($at, $zone_of_plan) } { ZONE($at, $zone_of_plan) }.
authoring-schedule-consequence = The announcement is sent by itself at this time, to the people who belong to its audience by then.
field-send_at = Day
field-time = Time
authoring-time-hint = In the time zone below. Where the clocks skip this time on that day, or show it twice, you are asked which time you mean.
field-zone = Time zone
authoring-zone-hint = Choose UTC, or a city whose clocks show the time.
field-offset = Which time do you mean?
authoring-schedule-button = Schedule for this time
authoring-unschedule = Cancel the schedule
authoring-unschedule-consequence = The announcement is not sent by itself any more. An approval stays valid.
authoring-unschedule-button = Cancel the schedule
authoring-ended = E-mails processed
    .of = { $ended } of { $total }
    .none = No e-mail was written.
authoring-counted = Counted on { $time }.
authoring-update = Update these numbers
authoring-pause = Pause
authoring-pause-consequence = E-mails that have not left wait until sending is resumed.
authoring-pause-button = Pause sending
authoring-resume = Resume
authoring-resume-button = Resume sending
authoring-cancel-consequence = { COUNT($count) ->
        [one] 1 e-mail has not left and is never sent. E-mails that have left cannot be called back. This cannot be undone.
       *[other] { $count } e-mails have not left and are never sent. E-mails that have left cannot be called back. This cannot be undone.
    }
authoring-cancel-before = The announcement is never sent. This cannot be undone.
authoring-cancel-button = Cancel the announcement for good
authoring-mails-all = All
authoring-mails-pending = Waiting for the first attempt
authoring-mails-leased = On its way
authoring-mails-deferred = Waiting for another attempt
authoring-mails-sent = Sent
authoring-mails-failed = Failed
authoring-mails-skipped = Left out: unsubscribed or suppressed
authoring-mails-cancelled = Cancelled before they left
authoring-mails-bounced = Returned after sending
authoring-mails-complaints = Reported as spam
authoring-mail-pending = Waiting for the first attempt
authoring-mail-leased = On its way
authoring-mail-deferred = Waiting for another attempt
authoring-mail-sent = Sent
authoring-mail-failed = Failed
authoring-mail-skipped = Left out: unsubscribed or suppressed address
authoring-mail-cancelled = Cancelled before it left
authoring-mail-bounced = Returned after sending
authoring-mail-complaints = Reported as spam
authoring-by-delivery = E-mails by state
authoring-kept-until = This list is kept until { $time }.
authoring-retry-button = { COUNT($count) ->
        [one] Send the failed e-mail again
       *[other] Send the { $count } failed e-mails again
    }
authoring-no-deliveries = There is no e-mail in this state.
authoring-deliveries-file = Download all e-mails with their state (CSV)
authoring-collapsed = The list of who was sent this announcement is no longer kept. Its progress still shows the numbers.
authoring-cause-route = The way to the mail server is broken:
authoring-cause-message = The text or the sender was refused:
authoring-cause-mailbox = The mailbox takes no e-mail now:
authoring-cause-address = There is no such address:
authoring-by-acknowledgement = People by confirmation
authoring-acknowledged-all = All
authoring-acknowledged-acknowledged = Have confirmed
authoring-acknowledged-missing = Have not confirmed
authoring-nobody = Nobody is in this list yet.
authoring-not-yet = Not yet
authoring-acknowledgements-file = Download all confirmations (CSV)
markdown-about = Texts of announcements are written in Markdown: plain text with a few marks. Leave an empty line between paragraphs. An address such as https://www.wcoomd.org becomes a link by itself.
markdown-typed = You write
markdown-gives = Readers see
markdown-heading = A heading; more # signs make smaller ones
markdown-strong = Important words in bold
markdown-emphasis = Stressed words in italics
markdown-list = A list with bullets
markdown-steps = A numbered list
markdown-link = A link with a text of your own
markdown-quotation = A quotation
markdown-table = A table
markdown-places = The name of the reader, the administration of the reader, and the link that leaves the topic
markdown-limits = Pictures, styles, forms and scripts are removed. A text has at most 20,000 characters. Personal places are not possible in the subject, in the address of a link, or in a public announcement.
