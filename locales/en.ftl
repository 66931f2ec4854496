# Every sentence that a person reads, in English. locales/fr.ftl has the same keys and arguments, which tests check.
# Words and rules of style: docs/glossary.md. Hints for programs, with methods and paths: locales/hints.ftl.

## How days, hours, spans of time and sizes are written: DAY($day) as 28 November 2026, HOUR($time) as 12:00, both in UTC; on pages
## DAY($at, $zone), HOUR($at, $zone) and ZONE($at, $zone), as Africa/Dakar (UTC+00:00), in the time zone of the reader;
## SPAN($hours, "hours") as 48 hours, SIZE($bytes) as 64 KB. COUNT($x) makes a number of an argument, to choose a plural.

months = January February March April May June July August September October November December
first-of-month = 1
thousands-mark = ,
hour-mark = :
# One and many of each, from seconds to days.
units-of-time = second seconds minute minutes hour hours day days
units-of-size = bytes KB MB
before-unit = {" "}

## Mails: mail-<kind> is the subject, .body its paragraphs, .button the label of its link

mail-greeting = Dear { $name },
mail-greeting-unverified = Hello,
mail-version-below = (The English version is below.)
mail-quoted = Reason given by { $author ->
        [secretariat] the Secretariat:
        [coordinator] a coordinator of the administration:
       *[person] { $person }:
    }
mail-or-copy = If the button does not work, copy this address into your browser:
mail-link = { $label }:
mail-foot-system = This e-mail was sent to you by the { $community } portal because it concerns your account, your application or your appointment. Please do not reply to this e-mail. Portal: { $url }
mail-foot-duty = This e-mail was sent to you by the { $community } portal because it concerns your duties on the portal. Please do not reply to this e-mail. Portal: { $url }
mail-foot-invitation = This e-mail was sent to you by the { $community } portal because you were invited to join it. Please do not reply to this e-mail.
mail-foot-announcement = You receive this announcement as a contact of { $community }. Portal: { $url }
mail-foot-contact = Questions: { $contact }
mail-foot-leave = Unsubscribe from this topic, or from all topics

mail-foot-digest = You receive this digest as a contact of { $community }, as you have chosen. Official notices are sent as soon as they are published.

mail-acknowledge = Please confirm that you have read this announcement.
    .button = Read and confirm on the portal

mail-digest = { $community }: your digest
    .body = These announcements have been addressed to you since your last digest. Select a title to read the announcement.
    .button = Choose how you receive announcements
    .asks = please confirm that you have read it

# Labels of links that several mails have.
see-appointment = See the appointment
see-my-data = See my data
decide = Decide on the application
apply-anew = Apply again
password-if-not-you = Choose a new password if it was not you

mail-verify_address = Please confirm your e-mail address
    .body =
        Somebody, probably you, applied to join { $community } with this address ({ $organisation }, { $role ->
            [coordinator] { role-coordinator }
           *[other] { role-ncp }
        }). The link below shows you the application, which you can correct there if it is not what you entered. On that page you choose your password and confirm that the address is yours. Your application is passed to the coordinators of your administration, or to the Secretariat, once you have confirmed.

        The link can be used once and is valid for { SPAN($hours, "hours") }. If you did not apply, ignore this e-mail; no further action will be taken.
    .button = Confirm my address

mail-apply_again = Please confirm your new application
    .body =
        Somebody, probably you, applied to join { $community } with this address ({ $organisation }, { $role ->
            [coordinator] { role-coordinator }
           *[other] { role-ncp }
        }). There is already an account with this address. Its name and its password remain unchanged.

        If it was you, confirm the application with the link below. It is then passed to the coordinators of your administration, or to the Secretariat. You log in as before; if you have forgotten your password, use “Forgot your password?” on the portal. If the account was going to be erased, it will not be erased.

        The link can be used once and is valid for { SPAN($hours, "hours") }. If it was not you, ignore this e-mail; nothing was changed.
    .button = See the application

mail-already_registered = You already have an account
    .body =
        Somebody, probably you, applied to join { $community } with this address. There is already an account with this address: you only need to log in.

        If you have forgotten your password, you can choose a new one. If it was not you, ignore this e-mail; nothing was changed.
    .button = Choose a new password

mail-application_waits = An application awaits your decision: { $applicant }
    .body =
        { $applicant } ({ $organisation }) has applied to join { $community } and confirmed the e-mail address.

        Please compare the application with the nomination by the administration. { how-to-decide }
    .button = { decide }

how-to-decide = You can approve it, reject it or ask for what is missing on the portal. If you need help, contact the Secretariat.
second-factor = Your role requires a second factor: an authenticator app or a passkey. Until you have added one, only your own account is available to you. If you need help, contact the Secretariat.

mail-approved = Welcome to the { $community } portal
    .body =
        Your application has been approved. You are now listed in the directory, and you can log in with the password you chose.{ $role ->
            [coordinator] {" "}{ second-factor }
           *[other] {""}
        }

        Please check your profile: the languages and technologies you enter there help colleagues to find you.
    .button = Check my profile

mail-rejected = Your application was not approved
    .body =
        Your application to join { $community } was not approved.

        { $reason }

        You may apply again once this has been settled. If you have questions, contact the coordinators of your administration or the Secretariat.
    .button = { apply-anew }
role-named = { $role ->
        [secretariat] { role-secretariat }
        [coordinator] { role-coordinator }
        [contributor] { role-contributor }
        [partner] { role-partner }
        [auditor] { role-auditor }
       *[ncp] { role-ncp }
    }

mail-appointed = Your new appointment: { role-named } ({ $organisation })
    .body =
        You have been appointed on the { $community } portal ({ $organisation }). Your role: { role-named }.{ $office ->
            [central] {""}
           *[administration] {" "}You are listed in the directory.
        } You log in as before.{ $role ->
            [secretariat] {" "}{ second-factor }
            [auditor] {" "}{ second-factor }
            [coordinator] {" "}{ second-factor }
           *[other] {""}
        }
    .button = { see-appointment }

mail-info_requested = Your application is incomplete
    .body =
        Your application to join { $community } ({ $organisation }) is incomplete and cannot be considered yet.

        { $reason }

        Please log in, complete your application and resubmit it. If it has not been resubmitted by then, it lapses on { DAY($day) }. If you need help, contact the coordinators of your administration or the Secretariat.
    .button = Complete my application

mail-appointment_suspended = Your appointment is suspended
    .body =
        Your appointment in { $community } ({ $organisation }) is suspended: { $office ->
            [central] you may not act in this role for the time being.
           *[administration] you are not listed in the directory for the time being, and your sessions have ended.
        }

        { $reason }

        If you disagree, please contact { $office ->
            [central] the Secretariat.
           *[administration] the coordinators of your administration or the Secretariat.
        }
    .button = { see-appointment }

mail-appointment_reinstated = Your appointment is in force again
    .body =
        Your appointment in { $community } ({ $organisation }) is in force again. { $office ->
            [central] You can log in as before.
           *[administration] You are listed in the directory and can log in as before.
        }
    .button = { see-appointment }

mail-appointment_replaced = A successor has taken over
    .body =
        Your appointment in { $community } ({ $organisation }) has passed to { $successor }.{ $office ->
            [central] {""}
           *[administration] {" "}You are no longer listed in the directory for it.
        } Thank you for your commitment.

        { $reason }

        You keep your account: you can log in to see what is stored about you, or erase the account.
    .button = { see-my-data }

mail-appointment_taken_over = You take over from { $applicant } ({ $organisation })
    .body =
        The appointment of { $applicant } in { $community } ({ $organisation }) has passed to you{ $office ->
            [central] {"."}
           *[administration] , and { $applicant } is no longer listed in the directory for it.
        }

        { $reason }
    .button = { see-appointment }

mail-appointment_ended = Your appointment has ended
    .body =
        Your appointment in { $community } ({ $organisation }) has ended{ $office ->
            [central] {"."}
           *[administration] , and you are no longer listed in the directory for it.
        } Thank you for your commitment.

        You keep your account: you can log in to see what is stored about you, or erase the account.
    .button = { see-my-data }

mail-appointment_expired = Your entry has expired
    .body =
        Your entry in the directory of { $community } ({ $organisation }) has been marked as not confirmed since { DAY($since) }. It has not been confirmed since then, so your appointment has expired and you are no longer listed.

        If you are still the contact, apply again, or ask the coordinators of your administration or the Secretariat to appoint you again.
    .button = { apply-anew }

mail-application_lapsed = Your application has lapsed
    .body =
        { $before ->
            [incomplete] Your application to join { $community } ({ $organisation }) has lapsed, because we did not receive what was missing from it.
           *[pending] Your application to join { $community } ({ $organisation }) was not decided on in time and has lapsed. We apologise.
        }

        You may apply again. If you have questions, contact your administration or the Secretariat.
    .button = { apply-anew }

mail-confirm_contact = Is your entry still correct ({ $organisation }, { role-named })?
    .body =
        { $due ->
            [over] Once a year we ask every contact of { $community } whether their entry in the directory is still correct. Your confirmation was due on { DAY($day) }; please confirm your entry now.
           *[ahead] Once a year we ask every contact of { $community } whether their entry in the directory is still correct. Please confirm yours by { DAY($day) }.
        }

        If you are still in this post and the entry is correct, use the link below; no login is needed. If something has changed, log in and correct it, or tell the coordinators of your administration who takes over from you.
    .button = Confirm my entry

mail-contact_unconfirmed = Your entry is marked as not confirmed ({ $organisation }, { role-named })
    .body =
        { $cause ->
            [bounced] An e-mail to your address could not be delivered. Your entry in the directory of { $community } ({ $organisation }) is therefore marked as not confirmed.
           *[missed] Your entry in the directory of { $community } ({ $organisation }) was not confirmed in time. It is therefore marked as not confirmed.
        } Until you confirm it, you have access to your own data only.

        If the entry is correct, confirm it with the link below; no login is needed. If it is not confirmed, it expires on { DAY($day) }.
    .button = Confirm my entry

mail-contact_not_confirmed = Not confirmed: { $applicant } ({ $organisation }, { role-named })
    .body =
        { $cause ->
            [bounced] An e-mail to the address of { $applicant } ({ $organisation }) could not be delivered. The entry in the directory of { $community } is therefore marked as not confirmed.
           *[missed] The entry of { $applicant } ({ $organisation }) in the directory of { $community } was not confirmed in time. It is therefore marked as not confirmed.
        }

        { $cause ->
            [bounced] Please check the address first. Confirm the entry if the address is correct, or hand the appointment over to a successor.
           *[missed] Please confirm the entry if it is correct, or hand the appointment over to a successor.
        }
    .button = { see-appointment }

mail-contact_left = End of appointment: { $applicant } ({ $organisation })
    .body =
        The appointment of { $applicant } ({ $organisation }) has ended. Please invite a successor if there is one.
    .button = Invite a successor

mail-name_changed = Change of name: { $before } is now { $after }
    .body =
        { $before } ({ $organisation }) has changed the name of their account on the { $community } portal to { $after }.

        If this is correct, no action is needed. If you do not know this name, or it is not the same person, suspend the appointment and ask. The previous name is shown beside the new one in the list of appointments for 30 days.
    .button = { see-appointment }

mail-name_restored = Name restored: { $after }
    .body =
        { $reader ->
            [holder] You no longer belong to the Secretariat ({ $organisation }). The name { $before } is reserved for the Secretariat, so your account on the { $community } portal has its previous name again: { $after }.
           *[officer] { $after } ({ $organisation }) no longer belongs to the Secretariat. The name { $before } is reserved for the Secretariat, so the account on the { $community } portal has its previous name again: { $after }.
        }

        { $reader ->
            [holder] If this name is not correct, you can change it in your profile.
           *[officer] If this name is not correct, it can be changed in the profile.
        }
    .button = See the name

mail-name_flagged = Name reserved for the Secretariat: { $before }
    .body =
        { $reader ->
            [holder] You no longer belong to the Secretariat ({ $organisation }). Your name on the { $community } portal, { $before }, is reserved for the Secretariat, and no other name of yours is known. Please enter another name in your profile; until then the directory hides every entry that you have there.
           *[officer] The person with the name { $before } ({ $organisation }) no longer belongs to the Secretariat. This name is reserved for the Secretariat, and no other name of the person is known. Until another name is entered in the profile on the { $community } portal, the directory hides every entry that the person has there.
        }
    .button = See the name

mail-no_coordinator_left = { $organisation } no longer has a coordinator
    .body =
        { $status ->
            [unconfirmed] The entry of { $applicant } ({ $organisation }) is marked as not confirmed: { $cause ->
                [bounced] an e-mail to the address could not be delivered.
               *[missed] it was not confirmed in time.
            } Until the entry is confirmed or another coordinator is appointed, the Secretariat decides on behalf of this organisation.
           *[other] Since the end of the appointment of { $applicant }, nobody coordinates this organisation ({ $organisation }). Until another coordinator is appointed, the Secretariat decides on its behalf.
        }
    .button = Provide for a coordinator

mail-officer_appointed = { $applicant } now holds a central role on the portal
    .body =
        { $officer } has given { $applicant } ({ $organisation }) the following role on the { $community } portal: { $role ->
            [secretariat] { role-secretariat }
           *[other] { role-auditor }
        }.

        If this is correct, no action is needed. If you did not expect it, suspend the appointment and the account of the person who gave it, and ask both of them.
    .button = { see-appointment }

mail-application_still_waits = Still waiting for your decision: { $applicant }
    .body =
        The application of { $applicant } ({ $organisation }) to join { $community } has been waiting for a decision since { DAY($since) }. { how-to-decide }

        If there is no decision within 30 days, the Secretariat is notified. Without a decision, the application lapses on { DAY($day) }.
    .button = { decide }

mail-application_escalated = No decision after 30 days: { $applicant } ({ $organisation })
    .body =
        The application of { $applicant } ({ $organisation }) to join { $community } has been waiting for a decision since { DAY($since) }. Please decide on behalf of the coordinators, or remind them. { how-to-decide }

        Without a decision, the application lapses on { DAY($day) }.
    .button = { decide }

mail-mandate_ends_soon = An appointment ends on { DAY($day) }: { $applicant }
    .body =
        { $reader ->
            [holder] Your appointment ({ $organisation }) ends on { DAY($day) }. If it is to continue, please ask { $office ->
                [central] the Secretariat
               *[administration] the coordinators of your administration or the Secretariat
            } to change its end; if somebody takes over, please say who it is.
           *[officer] The appointment of { $applicant } ({ $organisation }) ends on { DAY($day) }. If it is to continue, its end can be changed on the portal; if somebody takes over, please invite that person now.
        }
    .button = { see-appointment }

mail-mandate_held = Your appointment has ended, and you are the last administrator
    .body =
        Your appointment as an administrator of the { $community } portal ended on { DAY($day) }. Nobody else is currently appointed to administer the portal, so your access is kept for now.

        Please appoint another administrator, or ask whoever operates the server to create one. Your access ends within a day after somebody else has been appointed.
    .button = See the people

mail-announcement_submitted = To be approved: { $title }
    .body =
        { $person } has submitted the announcement “{ $title }” of { $community } and asks another person of the Secretariat to read and approve it. It will not be sent before it is approved.

        On the portal you can read it, see a preview, and approve it or reject it with a reason.
    .button = Read and decide

mail-announcement_rejected = Announcement not approved: { $title }
    .body =
        { $person } has not approved the announcement “{ $title }” of { $community }. It is a draft again.

        { $reason }

        Please change it and submit it again, or delete it.
    .button = Change the announcement

mail-announcement_halted = Sending paused: { $title }
    .body =
        Sending of the announcement “{ $title }” of { $community } was paused automatically because many deliveries failed. The remaining e-mails are on hold.

        Please look at the failed deliveries, correct the cause, whether it is the mail server or the addresses, and resume or cancel sending. Once resumed, it is not paused automatically again.
    .button = See how sending proceeds

mail-announcement_turned_back = E-mails returned: { $title }
    .body =
        { $sent } e-mails of the announcement “{ $title }” of { $community } were sent, and { $mails } of them were returned because of the announcement itself or of the sender: mail servers refuse its text or its sender, or cannot be reached. { $one ->
            [yes] All e-mails to { $domain } were returned.
           *[no] No address is the cause, and none was marked.
        } { $halted ->
            [yes] Sending was paused automatically. The remaining e-mails are on hold.
           *[no] All e-mails have been sent, or somebody had resumed sending before.
        }

        Please read what these mail servers say in the list of deliveries. Common reasons are a sender without valid DKIM, SPF and DMARC, a mail server on a blocklist, and a link that filters know. Once the cause is corrected, resume or cancel sending. It is not paused automatically again.
    .button = See the deliveries

mail-announcement_held = Not sent: { $title }
    .body =
        The announcement “{ $title }” of { $community } was scheduled and has not been sent: { $cause ->
            [overdue] the scheduled time had passed; please check that the text is still current
            [no_recipients] it no longer has any recipients
            [approval_needed] it has more recipients than one person may write to without the approval of a second person
            [public_approval_needed] anybody may read it, and no second person has approved it
            [planner_left] the person who scheduled it may no longer send announcements
            [approver_left] the person who approved it may no longer do so, and the approval no longer counts
            [plan_revoked] the session or API token with which it was scheduled has been revoked since; please check that it is really to be sent
            [approval_revoked] the session or API token with which it was approved has been revoked since, and the approval no longer counts
            [content_changed] its text is no longer the one that was approved
            [language_missing] a language that it must have is missing
            [set_aside] an error of the portal interrupted it several times
           *[other] it could not be started ({ $cause })
        }.

        Please look at it on the portal, and send it, schedule it again or cancel it.
    .button = See the announcement

mail-sections_assigned = { $survey }: you are asked to fill in a part
    .body =
        { $colleague } asks you to fill in a part of the response of your organisation to the survey “{ $survey }”: { $sections }.

        { $is_due ->
            [yes] It is due on { DAY($due) }.
           *[no] There is no date by which it is due.
        }
    .button = Go to the response

mail-sections_due = { $is_overdue ->
    [yes] Overdue: your part of the survey “{ $survey }”
   *[no] Due on { DAY($due) }: your part of the survey “{ $survey }”
    }
    .body =
        You were asked to fill in a part of the response of your organisation to the survey “{ $survey }”: { $sections }.

        { $is_overdue ->
            [yes] It was due on { DAY($due) } and is not marked as ready. Please fill it in, or tell your colleague who asked you when it will be ready.
           *[no] It is due on { DAY($due) } and is not marked as ready yet.
        }
    .button = Go to your part

mail-response_review_requested = { $survey }: the response is ready for review
    .body =
        { $colleague } has completed the response of your organisation to the survey “{ $survey }” and asks you to review it.

        If it is in order, please approve it; then it can be submitted. Otherwise you can return it with a reason.
    .button = Review the response

mail-response_returned = { $survey }: the response was returned
    .body =
        { $colleague } has returned the response of your organisation to the survey “{ $survey }” for more work.

        { $reason }
    .button = Go to the response

mail-response_approval_void = { $survey }: the approval no longer counts
    .body =
        { $has_left ->
            [yes] { $colleague } approved the response of your organisation to the survey “{ $survey }”, and no longer signs for your organisation.
           *[no] The session in which { $colleague } approved the response of your organisation to the survey “{ $survey }” was ended, perhaps because somebody else had used it.
        } So the approval no longer counts, and the response is in review again. Please look at it before it is approved again.
    .button = Review the response

mail-response_approval_ended = { $survey }: the approval has ended
    .body =
        { $colleague } has changed an answer since you approved the response of your organisation to the survey “{ $survey }”. The approval has ended, and the response is in review again.
    .button = Review the response

mail-response_received = { $survey }: receipt of the response
    .body =
        { $colleague } has submitted the response of your organisation to the survey “{ $survey }” (submission { $number }).

        { $is_late ->
            [yes] It was accepted as late, under the additional time that was granted.
           *[no] It was submitted in time.
        }

        The receipt shows anybody that it was submitted, and shows no answers.
    .button = See the receipt

mail-webhook_set = { $deed ->
        [added] New webhook: “{ $description }”
        [secret_changed] New secret for the webhook “{ $description }”
       *[other] The webhook “{ $description }” has been changed
    }
    .body =
        { $deed ->
            [added] { $officer } has added the webhook “{ $description }” on the { $community } portal. Events of the portal are now sent to { $host }.
            [moved] { $officer } has changed the address of the webhook “{ $description }” on the { $community } portal. Its events are now sent to { $host }.
            [resubscribed] { $officer } has chosen more events for the webhook “{ $description }” on the { $community } portal. They are now sent to { $host }.
            [enabled] { $officer } has enabled the webhook “{ $description }” on the { $community } portal. Its events are now sent to { $host }.
           *[secret_changed] { $officer } has created a new secret for the webhook “{ $description }” ({ $host }) on the { $community } portal. The previous secret remains valid for one day.
        }

        If this is correct, no action is needed. If you did not expect it, disable the webhook, suspend the account of the person who did this, and ask that person.
    .button = See the webhook

mail-webhook_gone = The webhook “{ $description }” has been disabled: the address no longer exists
    .body =
        The endpoint “{ $description }” ({ $host }) of { $community } has answered that it no longer exists (code 410). Nothing more is sent to it, and the events that waited for it were discarded.

        If it has moved, please change its address on the portal and enable it again. If it is no longer needed, please delete it.
    .button = See the webhook

mail-webhook_failing = The webhook “{ $description }” has been disabled: no answer for five days
    .body =
        For five days, nothing that { $community } sent to the endpoint “{ $description }” ({ $host }) has been delivered. Nothing more is sent to it, and the events that waited for it were discarded.

        The delivery log shows the cause. Once it is corrected, please enable the webhook again; events can be resent one by one.
    .button = See the webhook

# A deadline in the zone of its round, and in UTC: “until …”.
round-deadline = { $closing ->
    [day_end] the end of { DAY($day) } ({ ZONE($at, $zone) }), which is { DAY($at) } at { HOUR($at) } UTC
   *[hour] { DAY($at, $zone) } at { HOUR($at, $zone) } ({ ZONE($at, $zone) }), which is { DAY($at) } at { HOUR($at) } UTC
    }

# The deadline in a calendar file.
deadline-file = Deadline: { $survey }
deadline-file-ends = The response can be submitted until { round-deadline }.

mail-survey_opened = Survey open: { $survey } ({ $organisation })
    .body =
        The survey “{ $survey }” is open. Your organisation ({ $organisation }) is asked to answer it.

        The response can be submitted until { round-deadline }. Your organisation submits one response, on which its people work together. If you need more time, your coordinator can ask for it on the portal.
    .button = Answer the survey

mail-survey_reminder = Reminder: { $survey } ({ $organisation })
    .body =
        { $state ->
            [not_started] The response of your organisation ({ $organisation }) to the survey “{ $survey }” has not been started.
            [in_review] The response of your organisation ({ $organisation }) to the survey “{ $survey }” is being reviewed and has not been submitted.
            [approved] The response of your organisation ({ $organisation }) to the survey “{ $survey }” is approved and has not been submitted.
            [reopened] The response of your organisation ({ $organisation }) to the survey “{ $survey }” was reopened and has not been submitted again.
            [withdrawn] The response of your organisation ({ $organisation }) to the survey “{ $survey }” was withdrawn.
           *[draft] The response of your organisation ({ $organisation }) to the survey “{ $survey }” has been started and has not been submitted.
        }

        It can be submitted until { round-deadline }. If you need more time, your coordinator can ask for it on the portal.

        { $words }
    .button = See the survey

mail-survey_opening_held = Not opened: { $survey }
    .body =
        { $has_left ->
            [yes] The person who planned the opening of a round of the survey “{ $survey }” may no longer open rounds.
           *[no] The session or API token with which the opening of a round of the survey “{ $survey }” was planned has been revoked since.
        } So the round does not open by itself.

        Please look at the round on the portal. Open it, or plan its opening again, if it is really to open.
    .button = See the round

mail-extension_asked = More time requested: { $organisation }
    .body =
        More time is requested for the survey “{ $survey }” ({ $organisation }): until { round-deadline }.

        { $reason }

        Please grant or decline the request on the portal.
    .button = See the request

mail-extension_decided = { $granted ->
    [yes] More time granted: { $survey }
   *[no] More time declined: { $survey }
    }
    .body =
        { $granted ->
            [yes] Your organisation ({ $organisation }) has more time for the survey “{ $survey }”: the response can be submitted until { round-deadline }.
           *[no] The request of your organisation ({ $organisation }) for more time for the survey “{ $survey }” has been declined. It was for the time until { round-deadline }.
        }

        { $words }
    .button = See the survey

mail-hand_over = Hand-over until { DAY($day) } ({ $organisation })
    .body =
        { $reader ->
            [holder] Your appointment ({ $organisation }) passes to { $successor }. Until { DAY($day) } both appointments are in force; after that day your appointment ends automatically.
           *[successor] The appointment of { $applicant } ({ $organisation }) passes to you. Until { DAY($day) } both appointments are in force; after that day the appointment of { $applicant } ends automatically.
        }

        { $reason }
    .button = { see-appointment }

mail-hand_over_cancelled = Hand-over cancelled: { $applicant } ({ $organisation })
    .body =
        { $reader ->
            [holder] Your appointment ({ $organisation }) was to pass to { $successor }.
            [successor] The appointment of { $applicant } ({ $organisation }) was to pass to you.
           *[officer] The appointment of { $applicant } ({ $organisation }) was to pass to { $successor }.
        } { $cause ->
            [successor] { $reader ->
                [successor] Your appointment or your account is not in force, so the hand-over is cancelled.
               *[other] The appointment or the account of { $successor } is not in force, so the hand-over is cancelled.
            }
            [officer] { $officer } has cancelled the hand-over: both appointments remain in force.
            [credential] The session or API token with which the hand-over was started has been revoked, so it is cancelled: both appointments remain in force.
           *[granter] The person who started the hand-over may no longer hand over appointments, so it is cancelled: both appointments remain in force.
        }

        { $reader ->
            [holder] Your appointment
           *[other] The appointment of { $applicant }
        } { $ends ->
            [yes] ends on { DAY($day) }, as it would without the hand-over.
           *[no] goes on and has no end date.
        }

        If a hand-over is still wanted, please ask the coordinators ({ $organisation }) or the Secretariat to start it again.
    .button = { see-appointment }

mail-invitations_withdrawn = Invitations withdrawn ({ $organisation })
    .body =
        { $inviter } may no longer invite contacts ({ $organisation }). { COUNT($count) ->
            [one] The invitation that had not been answered yet is withdrawn, and its link no longer works.
           *[other] The { $count } invitations that had not been answered yet are withdrawn, and their links no longer work.
        }

        Please look at the invitations that were withdrawn, and invite again those people who are to become contacts ({ $organisation }).
    .button = See the invitations

mail-invitation_accepted = { $applicant } has accepted your invitation
    .body =
        { $applicant } ({ $organisation }) is now a contact and listed in the directory of { $community }.
    .button = { see-appointment }

# Who invites is said by role, never by name: nobody has verified the address that it is mailed to.
inviter = { $inviter ->
        [secretariat] The Secretariat
       *[coordinator] The coordination of the administration ({ $organisation_en })
    }
given-by = { $inviter ->
        [secretariat] the Secretariat
       *[coordinator] the coordination of the administration ({ $organisation_en })
    }
data-of-invited = Your name, post, organisation, work address and languages were given to us by { given-by } in order to run this network of contacts. Active contacts can see this data; your telephone number is visible only to people you choose. We keep this data while you are a contact and for { SPAN($days, "days") } after that, and you can see, correct, export and erase it yourself. More: { $url }/privacy
mail-invitation = Invitation to { $community }
    .body =
        { inviter } invites you to join { $community } as { role-named } ({ $organisation_en }). The directory helps contacts to find each other, and contacts receive the information that concerns them.

        Use the link below to accept; it can be used once and is valid until { DAY($day) }. If you do not wish to join, no action is needed.

        { data-of-invited }
    .button = Accept the invitation

mail-invitation_reminder = Reminder: invitation to { $community }
    .body =
        { inviter } invited you to join { $community } as { role-named } ({ $organisation_en }), and you have not answered yet. This new link is valid until { DAY($day) }; the previous one no longer works.

        { data-of-invited }
    .button = Accept the invitation

mail-reset_password = Choose a new password
    .body =
        A new password was requested for your account on the { $community } portal. You can choose one with the link below.

        The link can be used once and is valid for { SPAN($minutes, "minutes") }. If you did not ask for it, ignore this e-mail; your password remains unchanged.
    .button = Choose a new password

if-not-you = If this was not you, choose a new password immediately (“Forgot your password?” on the portal) and notify the Secretariat.
if-it-was-you = If it was you, no action is needed. If not, choose a new password immediately (“Forgot your password?” on the portal) and notify the Secretariat.
program = { $program ->
        [unknown] an unknown program
       *[other] “{ $program }”
    }

mail-password_changed = Your password was changed
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, the password of your account on the { $community } portal was changed, and your other sessions were ended.{ COUNT($tokens) ->
            [0] {""}
            [one] {" "}One of your API tokens was revoked too.
           *[other] {" "}{ $tokens } of your API tokens were revoked too.
        }

        { if-not-you }
    .button = { password-if-not-you }

mail-rights_gained = Your API tokens were revoked: you have a new appointment
    .body =
        A new appointment gives you more rights on the { $community } portal. So that programs that were set up before do not get these rights, { COUNT($tokens) ->
            [one] one API token was revoked
           *[other] { $tokens } API tokens were revoked
        }. Programs that used such a token need a new one.
    .button = See my API tokens

mail-access_ended = Sessions of your account were ended
    .body =
        { $by ->
            [secretariat] The Secretariat ended access to your account
           *[other] Somebody who is logged in to your account ended other access to it
        } on the { $community } portal: { COUNT($sessions) ->
            [0] no session
            [one] one session
           *[other] { $sessions } sessions
        }{ COUNT($tokens) ->
            [0] {"."}
            [one] {" "}and one API token. A program that used this token needs a new one.
           *[other] {" "}and { $tokens } API tokens. Programs that used such a token need a new one.
        }{ $devices ->
            [forgotten] {" "}Devices with earlier logins are no longer known: their next login is treated as a login from a new device.
           *[kept] {""}
        } If more access is ended within the next ten minutes, no further e-mail is sent about it.

        { $by ->
            [secretariat] You can log in again as usual. If you do not know why this was done, ask the Secretariat.
           *[other] { if-not-you }
        }
    .button = See my sessions

mail-new_login = Login to your account from a new program or network
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, somebody logged in to your account on the { $community } portal from the network { $network } with { program }. The portal knows of no earlier login with this program from this network.

        { if-it-was-you }
    .button = { password-if-not-you }

mail-login_after_failures = Login to your account after several wrong passwords
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, somebody logged in to your account on the { $community } portal from the network { $network } with { program }, after several attempts with a wrong password.

        { if-it-was-you }
    .button = { password-if-not-you }

mail-refresh_reuse = One of your sessions was ended as a precaution
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, the key of one of your sessions on the { $community } portal was used twice and may have been copied. As a precaution, that session no longer gives access, and what was requested in it and has not taken effect yet (a change of address, invitations, planned announcements) is cancelled or needs a new decision.

        Please log in again. If this happens repeatedly, or you do not know why, choose a new password and notify the Secretariat.
    .button = See my sessions

mail-factor_added = A second factor was added to your account
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, a second factor was added to your account on the { $community } portal: an authenticator app or a passkey.

        { if-not-you }
    .button = { password-if-not-you }

mail-factor_removed = A second factor was removed from your account
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, a second factor was removed from your account on the { $community } portal.{ COUNT($tokens) ->
            [0] {""}
            [one] {" "}One of your API tokens, which was made with it, was revoked too.
           *[other] {" "}{ $tokens } of your API tokens, which were made with it, were revoked too.
        }

        { if-not-you }
    .button = { password-if-not-you }

mail-passkey_changed = The backup state of one of your passkeys has changed
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, your passkey “{ $passkey }” was used to log in to your account on the { $community } portal, and it now reports another backup state. { $backup ->
            [never] The passkey stays on one device and is not backed up.
            [possible] The passkey can be backed up or shared between your devices, but is not yet.
           *[done] The passkey is backed up or shared between your devices.
        }

        This happens when a password manager is updated, or when the passkey is moved to another one. The passkey works as before, and no action is needed.

        If this was not you, remove the passkey from your account, choose a new password immediately (“Forgot your password?” on the portal) and notify the Secretariat.
    .button = See my passkeys

mail-passkey_suspended = One of your passkeys was suspended
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, your passkey “{ $passkey }” was used for your account on the { $community } portal and was refused: { $reason ->
            [counter_went_back] its signature counter, which grows with every use, did not grow. There may be a copy of the passkey that somebody else uses; or it was restored from a backup.
           *[other] it reports that it is backed up and also that it cannot be backed up, which is contradictory.
        }

        { $reason ->
            [counter_went_back] It cannot be used to log in until you decide. Log in with your authenticator app, a recovery code or another passkey, and check your sessions. If you restored or moved the passkey yourself, accept it again in your account; otherwise remove it. If you have no other second factor, ask the Secretariat to reset your second factors.
           *[other] It works again as soon as it reports a consistent state: update the program or the device that holds it. Until then use your authenticator app, a recovery code or another passkey; if you have none, ask the Secretariat to reset your second factors.
        }

        { if-not-you }
    .button = See my passkeys

mail-passkey_accepted = A suspended passkey was accepted again
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, your passkey “{ $passkey }”, which was suspended, was accepted again for your account on the { $community } portal. It can be used to log in as before.

        If this was not you, remove the passkey from your account, choose a new password immediately (“Forgot your password?” on the portal) and notify the Secretariat.
    .button = See my passkeys

mail-recovery_code_used = A recovery code was used
    .body =
        A recovery code of your account on the { $community } portal was used to log in. { COUNT($left) ->
            [0] You have no recovery codes left: please make new ones now.
            [one] You have one recovery code left.
           *[other] You have { $left } recovery codes left.
        }

        If this was not you, choose a new password immediately (“Forgot your password?” on the portal), make new recovery codes, and notify the Secretariat.
    .button = Make new recovery codes

mail-recovery_codes_made = New recovery codes were made
    .body =
        On { DAY($time) } at { HOUR($time) } UTC, new recovery codes were made for your account on the { $community } portal. The previous ones are no longer valid.

        { if-not-you }
    .button = { password-if-not-you }

mail-factors_reset = Your second factors were reset
    .body =
        The Secretariat of { $community } has removed the second factors of your account, which were reported lost. Your password no longer works, and your sessions have ended.

        { $reason }

        Please choose a new password with the link below; it is valid for { SPAN($minutes, "minutes") }, and after that you can ask for another with “Forgot your password?”. Then log in and add a second factor. If you did not ask for this, notify the Secretariat immediately.
    .button = Choose a new password

mail-address_change_asked = A change of your e-mail address was requested
    .body =
        Somebody who is logged in to your account on the { $community } portal asked to move it to another e-mail address. The change takes effect once that address is confirmed.

        If this was not you, cancel the change with the link below. The link is valid for { SPAN($days, "days") }, even after the change, and ends every session of the account.
    .button = Keep this address

mail-account_leaving = Your account is going to be erased
    .body =
        Somebody who is logged in to your account on the { $community } portal asked to erase it. Your appointments have ended, you are no longer listed, and on { DAY($day) } all personal data is erased permanently. Until then nobody can log in.

        If this was not you, or if you have changed your mind, keep the account with the link below. The link is valid until { DAY($last_day) }.
    .button = Keep my account

mail-account_kept = Your account will not be erased
    .body =
        Your account on the { $community } portal will not be erased. Your appointments remain ended: to be listed again, contact the coordinators of your administration or the Secretariat.

        If it was not you who asked to erase it, change your password now.
    .button = Choose a new password

mail-confirm_address = Please confirm your new e-mail address
    .body =
        You asked to use this address for your account on the { $community } portal. Please confirm that it is yours: until then nothing changes.

        The link can be used once and is valid for { SPAN($hours, "hours") }. If you did not ask for this, ignore this e-mail.
    .button = Confirm my address

mail-address_changed = Your e-mail address was changed
    .body =
        Your account on the { $community } portal now belongs to this address. Log in with it from now on.
    .button = Log in

mail-address_change_undone = Your previous address has been restored
    .body =
        The change of address of your account on the { $community } portal was cancelled. As a precaution, every session was ended and the password no longer works.

        Please choose a new password with the link below; it is valid for { SPAN($minutes, "minutes") }, and after that you can ask for another with “Forgot your password?”.
    .button = Choose a new password

mail-contact_confirmed = Your entry was confirmed ({ $organisation })
    .body =
        A coordinator ({ $organisation }) or the Secretariat has confirmed that your entry in the directory of { $community } is still correct.

        Please check it in your profile, and correct what is no longer right.
    .button = Check my profile

mail-mandate_changed = The end of your appointment was changed ({ $organisation })
    .body =
        { $ends ->
            [yes] The end of your appointment in { $community } ({ $organisation }) has been set to { DAY($day) }.
           *[no] The end of your appointment in { $community } ({ $organisation }) has been removed.
        }

        If this is wrong, please contact the coordinators of your administration or the Secretariat.
    .button = { see-appointment }

mail-contact_changed = Your entry in the directory was changed
    .body =
        { $by ->
            [secretariat] The Secretariat has changed
           *[coordinator] A coordinator has changed
        } your entry ({ $organisation }) in the directory of { $community }. Changes: { $fields }.

        Please check it in your profile. If it is not correct, change it back, and ask the coordinators of your administration or the Secretariat why it was changed.
    .button = Check my profile

mail-account_suspended = Your account is suspended
    .body =
        The Secretariat has suspended your account on the { $community } portal: you cannot log in, and you are not listed in the directory.

        { $reason }

        If you think this is wrong, please contact the Secretariat.
    .button = See whom to ask

mail-account_reinstated = Your account is reinstated
    .body =
        Your account on the { $community } portal is no longer suspended. You can log in again. If you are a contact, you are listed in the directory again.
    .button = Log in

mail-wrong_codes = Your password may be known to somebody else
    .body =
        Several log-in attempts with your password on the { $community } portal failed at the second factor, the last on { DAY($time) } at { HOUR($time) } UTC. No code is accepted for a while.

        If it was not you, choose a new password immediately (“Forgot your password?” on the portal) and notify the Secretariat.
    .button = { password-if-not-you }

mail-token_made = An API token was made for your account
    .body =
        An API token named “{ $token }” was made for your account on the { $community } portal. Anyone who has it can access the portal in your name, within the limits you chose.

        If this was not you, choose a new password immediately (“Forgot your password?” on the portal), which revokes every token, and notify the Secretariat.
    .button = { password-if-not-you }

## Answers that are the same whatever is known

answer-registered = Thank you. If the address can be registered, an e-mail with a link has been sent to it. Please use that link to confirm the address and to choose your password. If several applications were made with the address within a few hours, no further e-mail is sent: use the link of the last one and correct the application there.
answer-forgot = If there is an account with this address, an e-mail with a link has been sent to it.
answer-address = Thank you. If the address can be used, an e-mail with a link has been sent to it. Your address remains unchanged until that link is used.

## Pages

page-foot = This page is available in English and French, following your browser.
page-home = Welcome
    .body = This is the portal of the community { $community }, a network of contacts in customs administrations. If your administration has nominated you, apply to join. For questions, ask the Secretariat or the coordinators of your administration.
page-verify = Confirm your address
    .body =
        This is the application that was made with your address.

        Choose a password for your account and select the button to confirm your address. Your application is then passed to the coordinators of your administration, or to the Secretariat. If this is not what you entered, correct it first: others may have used your address. If you did not apply, close this page; no further action will be taken.
    .button = Confirm my address
page-verify-again = Confirm your application
    .body =
        This is the application that was made with your address.

        There is already an account with this address. Its name, its password and its entry in the directory remain unchanged, and you log in as before. Select the button to pass the application to the coordinators of your administration, or to the Secretariat. If this is not what you entered, correct it first: others may have used your address. If you did not apply, close this page; no further action will be taken.
    .button = Confirm my application
page-verified = Thank you, your address is confirmed
    .body = Your application has been passed to the coordinators of your administration, or to the Secretariat. We will let you know by e-mail as soon as it has been decided. { how-to-log-in } Until the application has been decided, only your own account is available to you.
page-verified-already = Your address is already confirmed
    .body = There is nothing more to do here. We will let you know by e-mail what has been decided on your application.
page-reset-already = Your password has already been changed
    .body = This link has already been used. If you did not choose that password, or no longer know it, ask for a new link.
page-address-confirmed-already = Your address has already been changed
    .body = There is nothing more to do here. Log in with the new address.
page-address-restored-already = Your previous address has already been restored
    .body = There is nothing more to do here. An e-mail with a link to choose a new password was sent to it.
page-account-kept-already = Your account is already kept
    .body = There is nothing more to do here. You can log in.
page-invitation-accepted-already = You have already accepted this invitation
    .body = There is nothing more to do here. You can log in with your address and your password.
page-contact-confirmed-already = Your entry is already confirmed
    .body = There is nothing more to do here until we ask you again in a year.
# The title is that of the problem. What to do next, for a link that is no longer valid.
page-failed = An error occurred
    .body = { $link ->
        [verify] If you want to apply, make a new application; you will receive a new link. If you have already confirmed, log in.
        [reset] You can ask for a new link to choose a password below.
        [confirm_address] Log in and enter your new address again; you will receive a new link.
        [undo_address] If your address was changed against your will, contact the Secretariat.
        [keep_account] If you want to keep your account, contact the Secretariat.
        [invitation] Ask the coordination of your administration or the Secretariat to invite you again.
        [confirm_contact] Log in to confirm your entry on the portal, or use the link of a more recent e-mail.
        [setup] Ask whoever operates the server for a new link.
       *[none] {""}
    }
page-forgot = Forgot your password?
    .body = Enter the address you log in with. If there is an account with it, we will send you an e-mail with a link to choose a new password.
    .button = Send me a link
page-forgot-sent = Please check your mailbox
    .body =
        If there is an account with this address, an e-mail with a link has been sent to it. The link is valid for { SPAN($minutes, "minutes") } and can be used once.

        If no e-mail arrives within a few minutes, look into the folder for unwanted mail, and check that this is the address you log in with. Then ask for another link, or contact the Secretariat.
page-reset = Choose a new password
    .body = All your sessions end when the password is changed, and you log in again.
    .button = Change my password
page-reset-done = Your password has been changed
    .body = You can now log in with it.
page-confirm-address = Confirm your new address
    .body = Select the button to confirm that this address is yours. You then log in with it.
    .button = Confirm my address
page-address-confirmed = Your address has been changed
    .body = Log in with the new address from now on.
page-undo-address = Keep your previous address
    .body = Select the button to cancel the change of address. Every session of the account then ends, and you receive a link to choose a new password.
    .button = Keep this address
page-address-restored = Your previous address has been restored
    .body = An e-mail with a link to choose a new password has been sent to it.
page-keep-account = Keep your account
    .body = Select the button to keep your account. It is then not erased, but your appointments remain ended.
    .button = Keep my account
page-account-kept = Your account will not be erased
    .body = You can log in again. To be listed again, contact the coordinators of your administration or the Secretariat.
page-invitation = Accept the invitation
    .body =
        You were invited to join { $community }. This invitation is for { $name }, with this role: { role-named } ({ $organisation }).

        If you accept, you are listed in the directory, which the other contacts can see.

        The invitation is valid until { DAY($until) }, { HOUR($until) } UTC.
    .button = Accept
page-invitation-accepted = Welcome
    .body = You have accepted the invitation to { $community }, and you are now listed in its directory. { how-to-log-in }{ $role ->
        [coordinator] {" "}{ second-factor }
       *[other] {""}
    }
page-invitation-waits = Thank you
    .body = You have accepted the invitation to { $community }. Your appointment still awaits approval by the Secretariat; we will let you know by e-mail when it is in force. { how-to-log-in } Until the appointment is in force, only your own account is available to you.
how-to-log-in = { $password ->
    [chosen] You can log in with the password you have just chosen.
   *[kept] You log in as before.
    }
page-confirm-contact = Confirm your entry
    .body =
        Select the button to confirm that you are still a contact in { $community } ({ $organisation }, { role-named }), and that this entry in the directory is correct.
    .button = Confirm my entry
page-contact-confirmed = Thank you
    .body = Your entry is confirmed for one year ({ $organisation }, { role-named }).
page-unsubscribe = Unsubscribe from this topic
    .body =
        You will no longer receive announcements about “{ $topic }” once you have selected the button. You continue to receive the official notices of { $community }.

        You can change this choice at any time in your profile.
    .button = Unsubscribe from “{ $topic }”
page-unsubscribe-all = Unsubscribe from all topics
    .body = You will receive only the official notices of { $community }, and no other announcements, once you have selected the button.
    .button = Unsubscribe from all topics
page-unsubscribed = You have unsubscribed from “{ $topic }”
    .body = You will no longer receive announcements about it, including those that are being sent at the moment.
page-unsubscribe-closed = This link is not valid
    .body = This link has expired or is incomplete, or it was part of a test. Use the one in a more recent e-mail. You can also choose what you receive in your profile, after logging in.
page-unsubscribed-all = You have unsubscribed from all topics
    .body = From now on you receive only official notices.
link-unsubscribe-all = Unsubscribe from all topics
feed-announcements = Announcements of { $community }
page-subscriptions = How you receive announcements
    .body = Choose how often you receive announcements of { $community }, and on which topics. Official notices have no topic and are always sent as soon as they are published.
    .button = Save
page-subscriptions-chosen = Your choice has been saved
    .body = It applies from now on. You can change it with the same link, or in your profile.
field-digest = Frequency
field-topics = Topics
choice-digest-at_once = As soon as it is published
choice-digest-daily = Once a day, in a digest
choice-digest-weekly = On Mondays, in a digest
page-privacy = How your data is used
    .body =
        { $community } is a network of contacts nominated by administrations. For this purpose we keep your name, post, organisation, work address, languages and areas of expertise, and what is needed for you to log in. This data comes from your administration or from yourself.

        Active contacts can see your entry; your telephone number is visible only to people you choose. The Secretariat and the coordinators of your own organisation manage the entry. Contacts may copy the directory into their own address books and programs; the Secretariat may connect programs that receive changes. Nothing is sold.

        Surveys: answers belong to your organisation. We keep every value with the name of the person who entered it, and comments. The Secretariat reads by name only what the question says.

        Announcements: where you are asked to confirm that you have read one, the Secretariat sees by name who has confirmed.

        Cookies: the portal sets only those that a login, the language and a notice on the next page need.

        How long data is kept:

        – applications whose address was never confirmed: { SPAN($unverified, "days") }

        – invitations that were not accepted: { SPAN($invitations, "days") } after they have expired

        – unsuccessful applications: { SPAN($applications, "days") }

        – an entry in the directory: { SPAN($contacts, "days") } after it has ended

        – letters of nomination: { SPAN($letters, "days") } after the end of the appointment

        – the networks from which you logged in, also in the audit log: { SPAN($networks, "days") }

        – records of who was sent which e-mail: { SPAN($mails, "days") }

        The audit log is kept indefinitely and contains no names. An account that you ask to erase is closed immediately and erased after { SPAN($grace, "days") }.

        You can see, correct, export and erase everything that is held about you: log in, or contact the Secretariat.
page-setup = Create the administrator’s account
    .body =
        This link is for creating an administrator’s account of the { $community } portal. { $address ->
            [none] It can be used once.
           *[other] The account will have the address { $address }. The link can be used once.
        }
    .button = Create the account
page-setup-done = The administrator’s account has been created
    .body = You can now log in with the address { $address } and your password. { second-factor }
field-name = Name
    .hint = -
field-email = E-mail address
    .hint = -
field-password = Password
    .hint = At least { $min } characters. Several words make a good password that is easy to remember.
link-docs = For programs: description of the interface
link-home = Home page
link-privacy = How your data is used
link-correct-application = Correct this application, or replace it by yours
link-back-to-application = Back to the application as it was sent
link-forgot = Forgot your password?

## Words of the directory, and the heads of its tables

changed-name = the name
changed-job_title = the job title
changed-job_title_audience = who sees the job title
changed-phone = the telephone number
changed-phone_audience = who sees the telephone number
changed-email = the e-mail address
changed-email_audience = who sees the e-mail address
changed-languages = the languages
changed-languages_audience = who sees the languages
changed-technologies = the technologies
changed-technologies_audience = who sees the technologies
confirmation-confirmed = Confirmed
confirmation-due = To be confirmed
confirmation-unconfirmed = Not confirmed
scope-profile-read = read your profile
scope-community-read = read the directory and announcements
scope-registrations-decide = decide on applications
scope-announcements-manage = manage announcements
scope-appointments-manage = manage appointments
scope-audit-read = read the audit log
scope-statistics-read = read the statistics
scope-surveys-answer = answer surveys for one’s own organisation
scope-surveys-read = read published questionnaires and rounds of surveys
scope-surveys-manage = manage surveys and their rounds
role-secretariat = Secretariat
role-coordinator = Coordinator
role-ncp = National Contact Point
role-contributor = Contributor
role-partner = Partner agency
role-auditor = Auditor
results-all = All
results-answered = Answered
results-no_answer = No answer
results-not_asked = Not asked
results-no_region = No region
region-AMS = Americas and the Caribbean
region-EUR = Europe
region-ESA = East and Southern Africa
region-WCA = West and Central Africa
region-MENA = North of Africa, Near and Middle East
region-AP = Asia/Pacific
language-en = English
language-fr = French
language-es = Spanish
language-ar = Arabic
language-ru = Russian
language-pt = Portuguese
column-name = Name
column-job_title = Job title
column-role = Role (code)
column-role_name = Role
column-member = Member (code)
column-member_name = Member
column-region = Region (code)
column-region_name = Region
column-email = E-mail
column-phone = Telephone
column-languages = Languages (codes)
column-technologies = Technologies (codes)
column-technology_names = Technologies
column-confirmation = Confirmation (code)
column-confirmation_name = Confirmation
column-confirmed_at = Confirmed on
column-updated_at = Changed on
column-language = Language
column-preferred = Preferred language
column-state = State
column-attempts = Attempts
column-last_code = Last code
column-last_status = Last status
column-last_reply = Last reply
column-sent_at = Sent on
column-bounced_at = Returned on
column-bounce_kind = Kind of return
column-bounce_cause = Cause of the return
column-bounce_status = Status of the return
column-acknowledged_at = Acknowledged on
column-id = Identifier

## Words for codes: of the states of appointments, applications and announcements, and of what is done to them

status-none = none
status-invited = not accepted yet (the invitation is open)
status-incomplete = incomplete
status-pending = waiting for a decision
status-active = in force
status-unconfirmed = in force, but not confirmed
status-suspended = suspended
status-rejected = rejected
status-lapsed = lapsed
status-expired = expired
status-replaced = handed over
status-ended = ended
status-withdrawn = withdrawn
event-apply = apply
event-invite = invite
event-appoint = appoint
event-accept = accept
event-accept_for_approval = accept
event-withdraw = withdraw
event-submit = resubmit
event-approve = approve
event-reject = reject
event-request_info = ask for what is missing
event-confirm = confirm
event-miss_confirmation = mark as not confirmed
event-bounce = mark as not confirmed
event-suspend = suspend
event-reinstate = reinstate
event-replace = hand over
event-resign = end
event-mandate_ends = end
event-lapse = let lapse
event-expire = let expire
application-status-unverified = its address is not confirmed
application-status-pending = waiting for a decision
application-status-approved = approved
application-status-rejected = rejected
application-status-superseded = replaced by another application
announcement-status-draft = a draft
announcement-status-submitted = waiting for approval
announcement-status-approved = approved
announcement-status-scheduled = scheduled
announcement-status-sending = being sent
announcement-status-paused = paused
announcement-status-sent = sent
announcement-status-cancelled = cancelled
announcement-status-held = on hold
announcement-event-submit = submit for approval
announcement-event-approve = approve
announcement-event-reject = reject
announcement-event-revise = change
announcement-event-schedule = schedule
announcement-event-unschedule = cancel the schedule
announcement-event-start = send
announcement-event-hold = hold
announcement-event-pause = pause
announcement-event-resume = resume
announcement-event-cancel = cancel
announcement-event-finish = finish
announcement-event-retry = resend what failed

## What an address-book program is told

carddav-malformed = This request is not understood.
carddav-too-many = There are more contacts than can be listed at once. Use sync-collection, which is paged.
carddav-properties = This asks for more properties than can be answered. Ask for fewer, or for those that contacts have.
carddav-sync-token = This token is too old, or what you may see has changed. Start again without it.
carddav-depth = Ask with Depth: 0 or 1.
carddav-read-only = This address book is read-only. Contacts are changed on the portal.
carddav-filter = The address book cannot search by { $what }.
carddav-conditions = A search has at most { $max } conditions, each with a text of at most { $length } bytes.
carddav-collation = The address book cannot compare by { $what }. Use i;unicode-casemap, i;ascii-casemap or i;octet.
carddav-unsupported = The address book does not have this.

## Problems: problem-<code> is the title, .detail what happened and what to do next

problem-internal = An error occurred
    .detail = The portal could not complete this operation. Please try again later; if the problem persists, quote this reference to the Secretariat: { $request_id }.
problem-not_found = Not found
    .detail = This item does not exist, or you do not have access to it. Check the address, or return to the home page.
problem-method_not_allowed = Not possible here
    .detail = This address does not accept that method.
problem-bad_request = Request not understood
    .detail = The request is not well formed.
problem-bad_query = A parameter is wrong
    .detail = Please correct the parameters named below.
problem-malformed_json = This is not JSON
    .detail = The body is incomplete or contains an error at line { $line }, column { $column }.
problem-invalid = Please correct your entries
    .detail = The fields named below cannot be accepted as they are. Nothing was changed.
problem-media_type = Wrong media type
    .detail = The body is expected as { $wanted }.
problem-too_large = Too large
    .detail = { $limit ->
        [unknown] The content is larger than the portal accepts.
       *[other] The content is larger than the portal accepts here: at most { SIZE($limit) }.
    }
problem-too_slow = Too slow
    .detail = The request took too long to arrive. Please try again.
problem-broken_body = Incomplete content
    .detail = The request did not arrive completely. Please try again.
problem-busy = Too busy at the moment
    .detail = The portal is very busy. Please try again in a few seconds; nothing was changed.
problem-too_many_connections = Too many connections
    .detail = Your address has too many connections open. Please close some, wait a few seconds and try again.
problem-work_under_way = Only one operation at a time
    .detail = An import, an export, an upload or a list of yours is still under way. Please wait until it is complete, or cancel it, then try again.
problem-database_contended = Too busy at the moment
    .detail = Others are changing the same data. Please try again in a few seconds; nothing was changed.
problem-database_crowded = Too busy at the moment
    .detail = The database of the portal accepts no further connections. Please try again in a few seconds; nothing was changed.
problem-database_failing = Temporarily out of service
    .detail = The portal’s data cannot be written or read: a disk fails. Please try again later; nothing was changed.
problem-database_full = Temporarily without changes
    .detail = The portal cannot store anything: its disk is full. Please try again later; nothing was changed.
problem-database_read_only = Temporarily without changes
    .detail = The portal’s data can be read but not changed at the moment. Please try again later; nothing was changed.
problem-database_slow = Too busy at the moment
    .detail = Your request took too long and was stopped. Please try again in a few seconds; nothing was changed.
problem-database_unreachable = Temporarily out of service
    .detail = The portal cannot reach its data at the moment. Please try again in a few seconds.
problem-starting = Not ready yet
    .detail = The portal is starting. Please try again in a few seconds.
problem-draining = About to restart
    .detail = This part of the portal is about to stop. Please try again in a few seconds.
problem-clock_wrong = Temporarily out of service
    .detail = The clock of this server is wrong. Please try again in a few minutes.
problem-maintenance = Under maintenance
    .detail = { $text } Nothing can be changed until about { $until } UTC; you can go on reading.
problem-space_low = No room left
    .detail = The portal has too little room on its disk for this. Nothing was changed; please tell the Secretariat.
problem-login_required = { $token ->
        [configured] A token is needed
       *[access] Please log in
    }
    .detail = { $token ->
        [configured] This is available only with the token of the portal’s configuration.
       *[access] This is available only after logging in.
    }
problem-token_invalid = { $token ->
        [api] The API token is not valid
        [configured] The token is not valid
       *[access] Please log in again
    }
    .detail = { $token ->
        [api] The API token is unknown, was revoked or has expired. Its owner can create a new one.
        [configured] The token is not the one of the portal’s configuration.
       *[access] Your login is not valid. Please log in again.
    }
problem-token_expired = Your session must be renewed
    .detail = Your login has expired. Please log in again.
problem-rights_changed = Your rights have changed
    .detail = What you may do here has just changed. Nothing was saved. Please check your appointments and try again.
problem-session_ended = Your session has ended
    .detail = Please log in again.
problem-refresh_token_invalid = Your session has ended
    .detail = Your session cannot be renewed. Please log in again.
problem-wrong_credentials = Address or password is wrong
    .detail = Please check both. If you have forgotten your password, ask for a link to choose a new one. If you have just applied, confirm your address first with the link you received.
problem-awaiting_approval = Your application awaits approval
    .detail = Your application has not been decided yet. The coordinators of your administration or the Secretariat will decide, and we will let you know by e-mail. Until then only your own profile is available to you.
problem-no_active_appointment = No appointment in force
    .detail = You have no appointment in force at present. Please contact the coordinators of your administration or the Secretariat.
problem-members_only = Reserved for Members
    .detail = The directory and the pages of the community are not open to partner agencies.
problem-secretariat_only = Reserved for the Secretariat
    .detail = This operation is reserved for the Secretariat. Please ask the Secretariat to do it for you.
problem-hand_over_under_way = A hand-over is under way
    .detail = The appointment is being handed over, and its end is the end of the hand-over. To set another end, cancel the hand-over first.
problem-no_hand_over = No hand-over is under way
    .detail = This appointment is not being handed over, so there is no hand-over to cancel.
problem-decided_at_appointments = Reserved for the Secretariat
    .detail = This list is reserved for the Secretariat. The applications to your own administration are in the list of appointments that await a decision.
problem-own_case = Not possible in your own case
    .detail = You cannot decide on your own application or invitation. Please ask another coordinator of your administration, or the Secretariat.
problem-invite_instead = Please invite this person
    .detail = This person never had an appointment at your organisation and must agree first. Please invite the person by e-mail: the appointment is in force as soon as the invitation is accepted.
problem-not_pending = Application already decided
    .detail = This application does not await a decision (state: { $status }).
problem-already_sent = Already sent
    .detail = E-mails of this announcement have been sent, so it can no longer be changed. Write a new announcement; e-mails that have not been sent yet can be cancelled.
problem-acknowledgement_not_asked = No acknowledgement requested
    .detail = This announcement does not ask its readers to confirm that they have read it.
problem-deliveries_gone = Data no longer available
    .detail = The list of who was sent this announcement is no longer kept. Its summary still shows the numbers.
problem-announcement_not_possible_now = Not possible now
    .detail = The announcement is { $status }; in this state the operation “{ $event }” is not possible. { $possible ->
        [none] Nothing more can be done with it.
       *[other] Possible operations: { $possible }.
    }
problem-not_a_draft = Only drafts can be deleted
    .detail = An announcement that was submitted, approved or scheduled becomes a draft again when it is changed. One whose sending has begun can be cancelled, but not deleted.
problem-approval_needed = A second person must approve
    .detail = This announcement has { $count } recipients. One person may write to at most { $max } contacts, in one announcement or in all announcements of 24 hours together. Beyond that the approval of a second person of the Secretariat is required: please submit the announcement for approval.
problem-public_approval_needed = A second person must approve
    .detail = Anybody in the world may read a public announcement. Therefore it requires the approval of a second person of the Secretariat, however few contacts receive it by e-mail: please submit the announcement for approval.
problem-second_person_needed = Another person must approve
    .detail = A person who wrote or submitted an announcement cannot approve it. Please ask another person of the Secretariat.
problem-approver_not_independent = Another person must approve
    .detail = For thirty days after a person has joined the Secretariat, neither that person and whoever appointed, approved or invited the person, nor two people whom the same person brought there, can approve each other’s announcements. Please ask another person of the Secretariat.
problem-content_changed = The text has changed since
    .detail = The announcement is no longer the one that was submitted or read. Please read it again, and submit or approve its current text.
problem-language_missing = A language is missing
    .detail = The announcement cannot be sent without a text in: { $languages }. Write this text, or remove the language from those that are required.
problem-no_recipients = No recipients
    .detail = No contact belongs to these recipients. Please widen the choice; the draft is kept.
problem-idempotency_key_malformed = This Idempotency-Key cannot be read
    .detail = Send one key of 1 to { $max } visible ASCII characters, preferably a random UUID, with or without quotation marks.
problem-idempotency_key_reused = This Idempotency-Key was used for another request
    .detail = Within the last 24 hours you sent another request with the same key. Choose a new key for each request, and send the same key again only with the very same request.
problem-request_in_progress = The same request is being carried out
    .detail = A request with this Idempotency-Key is still being carried out. Send it again in a moment, and you will receive its answer.
problem-too_many_webhooks = Too many webhooks
    .detail = There are already { $max } endpoints, which is the maximum. Please delete one that is no longer needed.
problem-release_too_early = Not possible yet
    .detail = Results are published once the round has opened, and tables by region once it is closed. Members read answers by name once these tables are published and their own deadline has passed.
problem-release_too_large = Too many figures
    .detail = The tables of this release would have more than { $max } figures, which is the maximum. Publish how many answered, or the totals without tables by region.
problem-release_unsafe = These results would tell too much
    .detail = The audit found that a hidden figure could be computed from these results. Nothing was published. Please tell the operators of the portal.
problem-bands_fixed = Other answers counted together
    .detail = Which answers are counted together by region was fixed when figures by region of this round were first shown, in a preview or a release. Others would tell hidden figures. Leave the field empty to keep those of the round.
problem-too_many_previews = Too many previews
    .detail = There were already { $max } different previews of this round, which is the maximum. A program can still publish its results, without a preview.
problem-too_many_releases = Too many releases
    .detail = There are already { $max } releases of this round, which is the maximum.
problem-only_counted = These answers are only counted
    .detail = Nobody but the administration itself reads its answers to this question.
problem-too_many_surveys = Too many surveys
    .detail = There are already { $max } surveys, which is the maximum.
problem-too_many_versions = Too many versions
    .detail = This survey already has { $max } versions, which is the maximum.
problem-draft_exists = There is already a draft
    .detail = Version { $number } of this survey is a draft. A survey has one draft at most: please change it, or publish it first.
problem-version_published = This version is published
    .detail = Version { $number } is published and never changes again. Please begin a new version.
problem-survey_plan_committed = This file has already become the draft
    .detail = What was read from it is in the draft. For a change, upload another file.
problem-survey_plan_outdated = The draft has changed in the meantime
    .detail = The draft is not the one that was there when the file was read, so nothing was changed. Please upload the file again.
problem-answers_changed = Some answers were changed meanwhile
    .detail = A colleague has changed some of these answers since you read them. Yours and theirs are both shown: please choose. All other answers are saved.
problem-approval_void = The approval no longer counts
    .detail = Whoever approved the response no longer signs for your organisation, or the session of the approval was ended. Somebody who signs must approve the response again.
problem-approver_edited_last = Another coordinator approves
    .detail = You changed this response last. Another coordinator of your organisation must approve it.
problem-deadline_passed = The deadline has passed
    .detail = The deadline of your organisation has passed, so the response is not accepted now. Everything that was written is kept. You can ask for more time.
problem-response_incomplete = The response is not complete
    .detail = { COUNT($missing) ->
        [0] {""}
        [one] One answer is missing or not confirmed.{" "}
       *[other] { $missing } answers are missing or not confirmed.{" "}
    }{ COUNT($faults) ->
        [0] {""}
        [one] One answer is to be corrected.{" "}
       *[other] { $faults } answers are to be corrected.{" "}
    }The check of the response lists what is to be done.
problem-response_not_led = Not with your role
    .detail = Coordinators and contact points of an organisation do this; contributors fill in the sections that are assigned to them.
problem-response_not_possible_now = Not possible at present
    .detail = The response is { $state }, so it is not possible to { $event } it.
problem-response_not_signed = A coordinator signs
    .detail = A coordinator of your organisation approves, returns, reopens and withdraws the response.
problem-sharing_not_approved = The approval does not cover this
    .detail = Whether the members may see answers is decided by those who sign: with the approval, or when they submit the response themselves.
problem-response_submitted = Already submitted
    .detail = The response is { $state }. Reopen it before you change answers.
problem-round_not_open = The round is not open
    .detail = Responses are written while the round is open.
problem-too_many_comments = Too many comments
    .detail = This response already has { $max } comments, which is the maximum.
problem-too_many_files = Too many files
    .detail = This response already has { $max } files, which is the maximum.
problem-too_many_submissions = Too many submissions
    .detail = This response has already been submitted { $max } times, which is the maximum.
problem-too_many_rounds = Too many rounds
    .detail = There are already { $max } rounds of surveys, which is the maximum.
problem-too_many_deadlines = Too many deadlines
    .detail = This round already has { $max } deadlines, which is the maximum.
problem-too_many_extensions = Too many requests
    .detail = Your administration has already asked { $max } times for more time in this round, which is the maximum. Please contact the Secretariat.
problem-too_many_own_comments = Too many comments of yours
    .detail = You have written { $max } comments on this response, which is the most for one person. Your colleagues can still comment.
problem-too_many_own_files = Too many files of yours
    .detail = You have uploaded { $max } files to this response, which is the most for one person. Your colleagues can still upload files.
problem-too_many_partners = Too many partner agencies
    .detail = There are already { $max } partner agencies, which is the maximum.
problem-participation_settled = The first response has been submitted
    .detail = It was submitted on the understanding that the other administrations do not see who takes part. This cannot be changed any more in this round; the next one can be public.
problem-round_opened = This round has already opened
    .detail = What was asked, and whom, is fixed since then. Reminders can still be changed, and deadlines can be added.
problem-round_not_opened = This round has not opened yet
    .detail = This is possible once the round has opened. Until then, its dates can be changed.
problem-round_over = This round is over
    .detail = It was closed or called off, so this can no longer be changed. A later deadline opens a closed round again.
problem-frame_empty = This round would ask nobody
    .detail = No organisation was active on the day on which the round opens. Please check that day; partner agencies are added by the Secretariat.
problem-extension_asked = Your request is already waiting
    .detail = Your administration has already asked for more time. The Secretariat will decide; you will be told by e-mail.
problem-extension_decided = This request has been decided
    .detail = More time was already granted or declined. If more is needed, please add a deadline for this organisation.
problem-webhook_disabled = This webhook is disabled
    .detail = Nothing is sent to this endpoint. Enable it first.
problem-delivery_pending = Delivery under way
    .detail = The event is being sent at this moment. Please check the result in a minute.
problem-account_exists = This address already has an account
    .detail = Please use another address, or log in with this one.
problem-already_exists = Already exists
    .detail = An item with the same key already exists. Nothing was changed.
problem-too_many_attempts = Too many attempts
    .detail = Please wait { SPAN($seconds, "seconds") } and try again. Nothing is blocked: the wait ends automatically.
problem-too_many_changes = Many changes in a short time
    .detail = You have made more changes than is usual in a day. Nothing was changed this time. Please try again in { $unit ->
        [hours] { $wait } h.
       *[minutes] { $wait } min.
    } Sessions and API tokens can be ended at any time.
problem-scope_missing = Insufficient rights of this token
    .detail = The API token was not made for this operation. Make one with the right scope, or log in.
problem-mfa_required = A second factor is required
    .detail = Your role requires a second factor. Add an authenticator app or a passkey to your account, or log in again with the one you have. If you need help, contact the Secretariat.
problem-auditors_only = Reserved for audit
    .detail = This log is reserved for the Secretariat, auditors and coordinators. In your own account you can see the entries that concern you.
problem-reauth_required = Please confirm your identity
    .detail = For this operation, please enter your password and second factor again.
problem-own_account = Not possible on your own account
    .detail = You cannot do this to your own account. Please ask another person of the Secretariat.
problem-cross_site = Request from another website
    .detail = The portal accepts changes only from its own pages and from programs, never from the page of another website. The same holds for what it counts or records: please open the portal yourself, and go on from there.
problem-headers_too_large = Headers too large
    .detail = All header lines of a request may have { SIZE($max) } together. Please send fewer or shorter ones.
problem-uri_too_long = Address too long
    .detail = The address of this request is longer than any address of the portal.
problem-too_deep = Nested too deeply
    .detail = Objects and arrays may be nested { $max } levels deep.
problem-too_many_values = Too many values
    .detail = A body may have { $max } values in all.
problem-challenge_invalid = Please start again
    .detail = The login was started too long ago, or is already finished. Please log in again.
problem-wrong_code = The code is wrong
    .detail = { $method ->
        [recovery_code] This recovery code is not one of yours, or has been used already: each one works once. Enter another one, or the code that your authenticator app shows now. After too many wrong codes, no code is accepted for some minutes.
        [unknown] A code of an authenticator app has six digits, and a recovery code fifteen letters and digits. Please check what you entered.
       *[totp] Please enter the code that the app shows now; each code can be used once. You can also use a recovery code. After too many wrong codes, no code is accepted for some minutes.
    }
problem-passkey_refused = The passkey was not accepted
    .detail = This passkey does not belong to your account, the time limit was exceeded, or your identity could not be verified. Please start again.
problem-passkey_counter_went_back = This passkey is suspended
    .detail = The signature counter of this passkey did not grow, so there may be a copy of it. Log in with your authenticator app, a recovery code or another passkey. Then accept this passkey again in your account, if you restored or moved it yourself, or remove it. If you have no other second factor, ask the Secretariat to reset your second factors.
problem-passkey_backup_impossible = This passkey reports a contradictory state
    .detail = The passkey reports that it is backed up and also that it cannot be backed up. Update the program or the device that holds it and try again, or use your authenticator app, a recovery code or another passkey. If you have no other second factor, ask the Secretariat to reset your second factors.
problem-suspended_factor_left = Only a suspended passkey would be left
    .detail = Without this factor you could no longer log in. First accept the suspended passkey again, or remove it.
problem-passkeys_unavailable = Passkeys are not available
    .detail = Passkeys are not available on this portal. Please use an authenticator app.
problem-factor_exists = There is already an authenticator app
    .detail = Please remove the existing authenticator app first.
problem-nothing_to_confirm = Nothing to confirm
    .detail = No authenticator app is waiting for its first code. Please start again.
problem-no_factor = No second factor
    .detail = Recovery codes replace a second factor, and your account has none. Please add an authenticator app or a passkey first.
problem-factor_required = The last second factor cannot be removed
    .detail = Your role requires a second factor. Please add another one first.
problem-password_too_short_alone = The password is too short without a second factor
    .detail = Your password may be short because you also use a second factor. Please choose a longer password first, then remove the second factor.
problem-too_many_tokens = Too many tokens
    .detail = You have { $max } API tokens, which is the maximum. Please revoke one first.
problem-too_many_passkeys = Too many passkeys
    .detail = You have { $max } passkeys, which is the maximum. Please remove one first.
problem-already_suspended = Account already suspended
    .detail = This account is already suspended. Nothing was changed. To lift the suspension, reinstate the account.
problem-not_suspended = Account not suspended
    .detail = This account is not suspended, so there is nothing to reinstate. Nothing was changed.
problem-account_suspended = The account is suspended
    .detail = The applicant’s account is suspended. Reinstate it first, or reject the application.
problem-coordinators_only = Reserved for coordinators
    .detail = Coordinators do this for their own organisation, and the Secretariat for every organisation. Please ask one of them.
problem-other_organisation = Not your organisation
    .detail = You coordinate another organisation. Please ask its coordinators, or the Secretariat.
problem-field_hidden = This field is hidden from you
    .detail = You cannot see { $field } of this contact and therefore cannot change it. Leave this field out, and ask the person to change it.
problem-audience_widened = Only the owner can show a field to more people
    .detail = You can restrict who sees { $field } of another person’s contact, but not extend it. Leave this setting out, and ask the person to change it.
problem-if_match_required = Reload before saving
    .detail = Please load the current version first and make your change again, so that nobody’s changes are lost.
problem-if_match_malformed = If-Match is not understood
    .detail = It holds one or more ETags in quotation marks, as they came with the answer.
problem-changed_meanwhile = Changed in the meantime
    .detail = This was changed since you loaded it, by somebody else or by you in another window. Nothing was saved. Check what it is now, then make your change again.
problem-confirmation_needed = Please confirm your entry first
    .detail = Your entry in the directory is marked as not confirmed. Confirm it with the link you received by e-mail or in your profile; everything is then available again.
problem-not_possible_now = Not possible now
    .detail = The appointment is { $status }; in this state you cannot carry out the operation “{ $event }”. Reload the appointment to see what is possible.
problem-account_leaving = This account is going to be erased
    .detail = Its owner asked for the account to be erased. It is erased on { DAY($day) }; until then the owner can keep it with the link that was sent to the address of the account.
problem-last_coordinator = The last coordinator cannot be removed
    .detail = The organisation would have no coordinator. Appoint or invite another one first, or contact the Secretariat.
problem-last_administrator = The last administrator cannot be removed
    .detail = Nobody would administer the portal. Appoint another administrator first.
problem-already_appointed = Already appointed
    .detail = This person already has this role at this organisation, or an appointment is under way.
problem-too_many_applications = Too many open applications
    .detail = { $max } of your applications await a decision, which is the maximum. Withdraw one, or wait until one has been decided.
problem-too_many_wait_there = Too many open applications at this organisation
    .detail = { $max } applications await a decision at this organisation, which is the maximum. Please try again in some days, or contact its coordinators.
problem-too_many_alike = Too many open applications with similar addresses
    .detail = { $max } applications with your address or its domain await a decision at this organisation, which is the maximum. Please apply with your official address, wait until one has been decided, or ask the coordinators of the organisation for an invitation.
problem-already_invited = Already invited
    .detail = There is an open invitation to this address. Resend it, or withdraw it.
problem-appointment_over = The appointment is over
    .detail = The appointment is { $status } and can no longer be changed. A new appointment can be made.
problem-not_acceptable = Format not available
    .detail = This is not available in any of the formats requested. There is JSON, and for contacts CSV, XLSX, vCard and JSContact.
problem-too_many_rows = Too many contacts for an XLSX file
    .detail = An XLSX file holds at most { $max } contacts. Narrow the filter, or choose CSV, which has no limit.
problem-quota_used = Daily limit reached
    .detail = This would be { $rows } contacts. You may download { $max } in 24 hours, in files and address books together, and { $left } are left today. { $fits ->
        [never] This exceeds the limit of a day: narrow the filter, or contact the Secretariat.
       *[later] Narrow the filter, or come back in { $hours } h.
    } The pages of the directory remain available.
problem-seen_enough = Daily limit reached
    .detail = You have looked at { $max } contacts in 24 hours, which is the maximum. Please come back in { $hours } h, or contact the Secretariat for what you need.
problem-changes_forgotten = Please start again
    .detail = Your last request was too long ago, or what you may see has changed since. Start again without a token, and replace what you have.
problem-program_login_required = Please log in
    .detail = Enter your e-mail address and, as the password, an API token that may read the community. Make one on the portal; your own password does not work here.
problem-program_refused = Address or token is wrong
    .detail = The password required here is an API token of the account with this address. The token may have expired or been revoked; your own password does not work here.
problem-malformed_xml = This XML is not accepted
    .detail = The body is incomplete, is nested too deeply, is not UTF-8, or has a document type.
problem-plan_expired = This plan has expired
    .detail = A plan can be carried out within an hour of the dry run. Please upload the file again.
problem-plan_committed = This plan has already been carried out
    .detail = Everybody in it is invited. For more people, upload another file.
problem-plan_outdated = Something has changed in the meantime
    .detail = The check of these rows now gives another result, so nobody was invited. Please upload the file again and check the new plan.
problem-link_spent = This link is no longer valid
    .detail = The link has been used, has expired, or was replaced by a newer one.
problem-storage_unreachable = Files temporarily unavailable
    .detail = The portal cannot reach its file storage. Please try again in a few minutes; nothing was changed.

## Faults of one field: fault-<code>

fault-unknown_successor = This is not another appointment at the same organisation in the same role.
fault-successor_not_active = The successor’s appointment is neither in force nor waiting for a decision, or the successor’s account is suspended.
fault-unknown_person = Person not found.
fault-unknown_appointment = There is no such appointment in this role that you could hand over.
fault-in_the_past = This date is in the past.
fault-missing = This field is required.
fault-unknown_field = This field does not exist.
fault-bad_instant = This is not a date and time with its offset from UTC, written as in 2027-01-11T09:00:00+01:00.
fault-wrong_type = Invalid format. Write a number in digits, and a time as in 09:30.
fault-unknown_topic = The topic { $value } does not exist or is no longer used.
fault-time_skipped = On this day the clocks skip { $time } in this time zone. Choose the time that you mean.
fault-time_twice = On this day the clocks show { $time } twice in this time zone. Choose the time that you mean.
fault-unknown_zone = { $value } is not a time zone. Use a name such as Europe/Brussels.
fault-not_secretariat = Test e-mails can be sent only to people of the Secretariat.
fault-too_deep = Groups of recipients may be nested at most { $max } levels deep.
fault-unknown_value = { $allowed ->
    [many] { $value } is not one of the values allowed here.
   *[few] { $value } is not one of the values allowed here: { $allowed }.
    }
fault-empty = { fault-missing }
fault-too_long = At most { $max } characters.
fault-too_many = At most { $max } entries.
fault-out_of_range = A number from { $min } to { $max }.
fault-control_characters = No line breaks or invisible characters are allowed here.
fault-not_a_name = This is not the name of a person. Write it in letters, as on a letter of nomination: without addresses, links, numbers and other signs.
fault-link_in_text = Others read this on a page or in an e-mail. Write it without web addresses and e-mail addresses, and with a space after each full stop.
fault-link_in_name = This name appears in e-mails and on pages. Write it without links, addresses and telephone numbers.
fault-mixed_scripts = This mixes letters of several scripts in one word, or of scripts that look alike. Please write the whole name in one script.
fault-name_reserved = This name is reserved for the Secretariat and the portal. Please enter your own.
fault-bad_email = This is not an e-mail address. Write the address as name@office.example.
fault-bad_phone = This is not a telephone number. Write the number with its country code, as in +221 33 800 00 00.
fault-bad_cursor = This cursor does not belong to this list. Start again without it.
fault-no_pages = A file has all contacts of the filter; it is not paged.
fault-unknown_organisation = No Member has the code { $value }. Use the two-letter code, as in SN.
fault-unknown_technology = { $value } is not in the list of technologies.
fault-unknown_language = { $value } is not a language that the portal knows. Write its name in English or French, as in Portuguese, or its code of two letters, as in pt.
fault-scope_not_held = You do not have this right at present ({ $scope }), so you cannot give it to a token.
fault-role_not_open = This role is not available here. Available roles: { $allowed }.
fault-no_variant = There is no text in the default language ({ $language }).
fault-no_text = There is no text in this language ({ $language }).
fault-password_too_short = At least { $min } characters. Several words make a good password that is easy to remember.
fault-password_too_long = At most { $max } characters.
fault-password_context = The password is made of your address, your name or the name of the portal. Please choose words that nobody associates with you.
fault-password_common = Attackers try such passwords first. Several unrelated words make a good password that is easy to remember.
fault-wrong_code = This is not the code that the app shows now.
fault-passkey_backup_impossible = The passkey reports that it is backed up and also that it cannot be backed up. Please update the program or the device that holds it, or use another.
fault-passkey_refused = The passkey was not accepted. Please start again.
fault-same_address = This is already your address.
fault-passkey_has_no_code = A passkey has no code. Confirm the login with the passkey itself.
fault-bad_date = This is not a day of the calendar with a year of four digits, written as in 2024-02-02.
fault-not_after = This date must be later than { $day }.
fault-place_in_subject = The subject is the same for everybody: it also appears in lists. Write the name in the text.
fault-place_in_public = A public text is the same for everybody. Remove the places in braces, or do not publish the text.
fault-place_without_topic = Without a topic there is nothing to unsubscribe from. Choose a topic, or remove the link to unsubscribe.
fault-place_in_url = Nothing is filled in within a URL: it would give data of the reader to the site that it leads to. Write {"{{ name }}"} and {"{{ administration }}"} in the text, apart from URLs, and {"{{ unsubscribe }}"} there or as a whole link: [unsubscribe]({"{{ unsubscribe }}"}).
fault-nested_too_deeply = This text is nested too deeply: lists in lists, quotes in quotes, HTML in HTML. Write it with fewer levels.
fault-html_not_closed = HTML in this text is not closed where it was opened. Close each tag in the paragraph in which it was opened, the last one first.
fault-too_much_html = The page made of this text is too long: tables with very many columns, or tags with very many attributes. Make these smaller, or split the text.
fault-too_many_places = This text has more than fifty places such as {"{{ name }}"}. Remove some.
fault-unknown_question = There is no such question.
fault-unknown_place = “{ $value }” cannot be filled in. Known places, written like this, are {"{{ name }}"}, {"{{ administration }}"} and {"{{ unsubscribe }}"}. For two braces as they are, write \{"{"}\{"{"}.
fault-bad_domain = This is not a domain, as in customs.example.
fault-bad_url = This is not a URL that can be called. Write it in full, as in https://receiver.example/hooks, without a name, a password or a fragment (#).
fault-not_https = Events are sent by HTTPS only: the URL begins with https://.
fault-port_not_allowed = Nothing is sent to port { $port }. Use 443, or a port from 1024.
fault-address_not_allowed = This address is not on the public internet.
fault-bad_since = This is not a year, month or day, written as in 2024, 2024-05 or 2024-05-31.
fault-in_the_future = This date is in the future.
fault-in_future = { fault-in_the_future }
fault-nothing_to_share = Sharing experience requires a technology in use or under consideration.
fault-duplicate = Duplicate value.
fault-wrong_password = This is not your current password.
fault-bad_code = { $value } is not a code: letters, digits, - and _ only.
fault-letter_kind = The file must be a PDF document or a PNG or JPEG image. { $found ->
    [unknown] This file is in none of these formats, whatever its name.
   *[known] This file is in another format, whatever its name: { $found }.
    }
fault-letter_mismatch = The file is in another format than stated: { $found }.
fault-letter_broken = The file is incomplete. Please upload it again, or create it again.
fault-sheet_kind = This is neither a CSV file nor an XLSX workbook. Please save it in one of these formats.
fault-sheet_broken = The workbook cannot be read, or not as it is displayed (because of conditional number formats, for example). Please save it again as CSV, or as XLSX without them.
fault-sheet_empty = The file has no row below its header.
fault-sheet_too_large = Once opened, the workbook is larger than { SIZE($max) }. Please copy the rows into a new workbook.
fault-too_many_rows = At most { $max } rows. Please split the file.
fault-too_many_columns = At most { $max } columns.
fault-too_many_words = At most { $max } words.
fault-column_missing = The column { $column } is required. One of the first rows must name the columns; known columns: { $known }.
fault-column_twice = Two columns are named { $column }.
fault-other_organisation = This is not your organisation. You can invite people to your own.
fault-already_invited = There is already an open invitation to this address.
fault-already_appointed = This person already has this role at this organisation, or an appointment is under way.
fault-own_case = This is your own address. You cannot invite yourself.
fault-twice_in_sheet = This address is already in row { $row }, for the same organisation and role.
fault-row_in_error = This row contains an error. Correct the file and upload it again, or carry out the plan without the rows in error.
fault-judged_otherwise = The check now gives another result than in the plan.
fault-charset_unknown = The encoding { $value } does not exist. Use a name such as utf-8 or windows-1251.
fault-charset_wrong = The file is not in { $charset }, contrary to what was stated.
fault-charset_unsure = The file seems to be in { $charset }, but could be in another encoding, and these letters would then be different. Please save it as UTF-8, or state its encoding.
fault-sheet_unknown = The workbook has no visible sheet { $value }. It has: { $known }.
fault-row_hidden = This row is hidden in the sheet, for example by a filter, and is not read. Show it to have it read.
fault-ambiguous_date = This could be { $one } or { $other }. Please write it as one of these.
fault-spoilt_number = A spreadsheet has converted this telephone number to an amount, and digits may be lost. Please format the cell as text and enter the number again.
fault-cell_error = The formula of this cell has no result.
fault-merged_cells = The sheet { $sheet } has merged cells, the first in row { $row }. Please unmerge them.
fault-questionnaire_fault = { $told ->
    [word] { $fault } ({ $value })
   *[bare] { $fault }
    }
fault-faults_not_accepted = { COUNT($count) ->
    [one] One thing in the file is wrong or not supported. Please correct it, or accept that the draft lacks it.
   *[other] { $count } things in the file are wrong or not supported. Please correct them, or accept that the draft lacks them.
    }
fault-no_questionnaire = No questionnaire could be read from the file.
fault-no_colleague = This person does not answer surveys for your organisation.
fault-no_file_question = This question is not answered by a file.
fault-unknown_section = The questionnaire has no section { $value }.
fault-unknown_survey = There is no survey with the code { $value }.
fault-same_audience = This survey is for the same audience. Two paired surveys are for members and for partner agencies.
fault-survey_paired = This survey is already paired with another one.
fault-already_submitted = Nobody is reminded of a response that has been submitted. Please choose other states.
fault-before_opening = This must be later than the opening ({ DAY($time) }, { HOUR($time) } UTC).
fault-earlier_and_past = This is earlier than the present deadline ({ DAY($time) }, { HOUR($time) } UTC) and has already passed. To end the round now, close it.
fault-earlier_than_granted = This is no later than what has been granted already: { DAY($time) }, { HOUR($time) } UTC. Time that was granted is never taken back.
fault-not_asked = { $value } is not among those whom this round asks.
fault-round_paired = This round is already paired with another one.
fault-surveys_not_paired = The surveys of these two rounds are not paired.
fault-unknown_concept = No question of this version is about { $value }.
fault-unknown_round = There is no such round.
fault-unknown_version = Version { $number } does not exist or is not published.

# What is shown in the place of a person who was erased.
erased-contact = Former contact ({ $organisation })
erased-person = Erased account
export-readme =
    Your data on the { $community } portal, as of { DAY($day) }.

    data.json contains everything that is stored about you: the account, appointments, contacts and who sees what of them, applications, invitations, nominations, sessions, devices, API tokens and passkeys (without their secrets), the entries of the audit log by and about you, announcements, and the e-mails sent to you. Where a list reached its limit, “cut” lists what was shortened.

    A letter of nomination also names other people. It is kept for those who decide on appointments: letters/ contains those of your own letters that you may read as one of them. Do not publish them.

    You can correct errors in your profile. How to have data erased, and how long it is kept, is explained on the page “Your data” of the portal.
