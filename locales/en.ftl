# Every sentence that a person reads, in English. locales/fr.ftl has the same keys, which a test checks.

## How days and hours are written: DAY($day) as 28 November 2026, HOUR($time) as 12:00

months = January February March April May June July August September October November December
first-of-month = 1

## Mails: mail-<kind> is the subject, .body its paragraphs, .button the label of its link

mail-greeting = Dear { $name },
mail-greeting-unverified = Hello,
mail-or-copy = If the button does not work, copy this address into your browser:
mail-link = { $label }:
mail-foot-system = This message was sent to you by { $community } because it concerns your account or your application. There is no need to reply.
mail-foot-duty = This message was sent to you by { $community } because it concerns what you look after there. There is no need to reply.
mail-foot-invitation = This message was sent to you by { $community } because you were invited to it. There is no need to reply.
mail-foot-announcement = You receive this announcement as a contact of { $community }. Portal: { $url }
mail-foot-contact = Questions: { $contact }
mail-foot-leave = Leave this topic, or all of them

mail-foot-digest = You receive this digest as a contact of { $community }, as you have chosen. Official notices reach you at once.

mail-acknowledge = Please confirm that you have read this announcement.
    .button = Read and confirm in the portal

mail-digest = { $community }: your digest
    .body = These announcements have been addressed to you since your last digest. Follow a title to read it.
    .button = Choose how you get announcements
    .asks = please confirm that you have read it

mail-verify_address = Please confirm your e-mail address
    .body =
        Somebody, probably you, applied to join { $community } with this address, for { $organisation } ({ $role ->
            [coordinator] { role-coordinator }
           *[other] { role-ncp }
        }). The link below shows you the application. There you choose your password and confirm that the address is yours: only then does the application reach those who decide on it: the coordinators of your administration, or the Secretariat.

        The link can be used once and is good for { $hours } hours. If you did not apply, ignore this message: then nothing happens.
    .button = Confirm my address

mail-apply_again = Please confirm your new application
    .body =
        Somebody, probably you, applied to join { $community } with this address, for { $organisation } ({ $role ->
            [coordinator] { role-coordinator }
           *[other] { role-ncp }
        }). The address has an account already. Its name and its password stay as they are.

        If it was you, confirm the application with the link below: it then reaches those who decide on it, the coordinators of your administration or the Secretariat. You log in as before; if you forgot your password, use "Forgot your password?" in the portal. If the account was going to be erased, it is kept.

        The link can be used once and is good for { $hours } hours. If it was not you, ignore this message: nothing was changed.
    .button = Look at the application

mail-already_registered = You already have an account
    .body =
        Somebody, probably you, applied to join { $community } with this address. It already has an account, so there is nothing to apply for: just log in.

        If you forgot your password, you can choose a new one. If it was not you, ignore this message: nothing was changed.
    .button = Choose a new password

mail-application_waits = An application awaits your decision: { $applicant }
    .body =
        { $applicant } ({ $organisation }) has confirmed the e-mail address of an application to { $community }.

        Please compare it with the nomination of the administration, and approve it or reject it. { how-to-decide }
    .button = -

how-to-decide = What awaits you is listed at { $url }/api/v1/appointments?status=pending; you decide with POST /api/v1/appointments/{ $appointment }/approve, or …/reject with a reason. The interface is described at { $url }/docs/.
second-factor = Your role asks for a second factor: once you are logged in, add an authenticator app (POST /api/v1/me/mfa/totp) or a passkey (POST /api/v1/me/passkeys/start). Until then only your own account is open to you.

mail-approved = Welcome to { $community }
    .body =
        Your application has been approved. You are now listed in the directory, and you can log in with the password you chose.{ $role ->
            [coordinator] {" "}{ second-factor }
           *[other] {""}
        }

        Please look at your profile once: the languages and technologies you enter there help colleagues to find you.
    .button = Open the portal

mail-rejected = Your application was not approved
    .body =
        Your application to { $community } was not approved. The reason given:

        { $reason }

        You may apply again once this is settled.
    .button = -

mail-appointed = You are now a contact of { $organisation }
    .body =
        You were appointed at { $community } for { $organisation }. You are listed in the directory, and you log in as before.{ $role ->
            [coordinator] {" "}{ second-factor }
           *[other] {""}
        }
    .button = Open the portal

mail-info_requested = Your application needs something more
    .body =
        Your application to { $community } for { $organisation } can't be decided yet. What is missing:

        { $reason }

        Please log in, complete it, and send it in again. Without an answer it lapses after 90 days.
    .button = -

mail-appointment_suspended = Your appointment is suspended
    .body =
        Your appointment for { $organisation } at { $community } is suspended: you are not listed for the time being, and your sessions have ended. The reason given:

        { $reason }

        If you disagree, please turn to your coordinator or to the Secretariat.
    .button = -

mail-appointment_reinstated = Your appointment is in force again
    .body =
        Your appointment for { $organisation } at { $community } is in force again. You are listed in the directory and can log in as before.
    .button = Open the portal

mail-appointment_replaced = A successor has taken over
    .body =
        Your appointment for { $organisation } at { $community } has passed to { $successor }. You are no longer listed there. Thank you for your work.

        { $given ->
            [yes] The reason given: { $reason }
           *[no] {""}
        }

        Your account remains yours: you can log in to see what is stored about you, or delete it.
    .button = -

mail-appointment_taken_over = You take over from { $applicant } at { $organisation }
    .body =
        The appointment of { $applicant } for { $organisation } at { $community } has passed to you, and { $applicant } is no longer listed there.

        { $given ->
            [yes] The reason given: { $reason }
           *[no] {""}
        }
    .button = -

mail-appointment_ended = Your appointment has ended
    .body =
        Your appointment for { $organisation } at { $community } has ended, and you are no longer listed there. Thank you for your work.

        Your account remains yours: you can log in to see what is stored about you, or delete it.
    .button = -

mail-appointment_expired = Your entry has expired
    .body =
        Nobody has confirmed your entry for { $organisation } at { $community } for nine months, so it has ended and you are no longer listed.

        If you are still the contact, ask your coordinator or the Secretariat to appoint you again.
    .button = -

mail-application_lapsed = Your application has lapsed
    .body =
        Your application to { $community } for { $organisation } was not decided in time and has lapsed. We are sorry. Please ask your administration or the Secretariat, and apply again.
    .button = -

mail-confirm_contact = Are you still the contact for { $organisation }?
    .body =
        Once a year we ask every contact of { $community } whether the entry in the directory is still right. Yours is to be confirmed by { DAY($day) }.

        If you are still in this post and the entry is right, one click is enough; you need not log in. If something has changed, log in and correct it, or tell your coordinator who takes over from you.
    .button = Yes, confirm my entry

mail-contact_unconfirmed = Your entry is marked as not confirmed
    .body =
        Nobody has confirmed your entry for { $organisation } in the directory of { $community }, or mail to you came back. It is now marked "not confirmed", and until you confirm it you can only look at your own data.

        If the entry is right, one click is enough. Otherwise it expires after 180 days.
    .button = Confirm my entry

mail-contact_not_confirmed = Not confirmed: { $applicant } ({ $organisation })
    .body =
        The entry of { $applicant } ({ $organisation }) in the directory of { $community } has not been confirmed.

        Please confirm it if it is right, or hand the appointment over to a successor.
    .button = -

mail-contact_left = { $applicant } is no longer a contact of { $organisation }
    .body =
        The appointment of { $applicant } at { $organisation } has ended. Please invite a successor if there is one.
    .button = -

mail-name_changed = Another name: { $before } is now { $after }
    .body =
        { $before } ({ $organisation }) has changed the name of the account at { $community } to { $after }.

        If this is right, there is nothing to do. If you do not know this name, or it is not the same person, suspend the appointment and ask. The name before stands beside the new one in the list of appointments for 30 days.
    .button = -

mail-no_coordinator_left = { $organisation } has no coordinator any more
    .body =
        The appointment of { $applicant }, the last coordinator of { $organisation }, is no longer in force. Until another is appointed, the Secretariat decides for this organisation.
    .button = -

mail-officer_appointed = { $applicant } now has an office of the portal
    .body =
        { $officer } has given { $applicant } ({ $organisation }) this office at { $community }: { $role ->
            [secretariat] { role-secretariat }
           *[other] { role-auditor }
        }.

        If this is right, there is nothing to do. If you did not expect it, suspend the appointment and the account of whoever gave it, and ask both of them.
    .button = -

mail-application_still_waits = Still waiting for your decision: { $applicant }
    .body =
        The application of { $applicant } ({ $organisation }) to { $community } still waits for a decision. Please approve it, reject it, or ask for what is missing. { how-to-decide }

        After 30 days the Secretariat is told; after 90 days it lapses.
    .button = -

mail-application_escalated = Nobody decides: { $applicant } ({ $organisation })
    .body =
        The application of { $applicant } ({ $organisation }) to { $community } has waited for 30 days. Please decide in the coordinators' place, or remind them. { how-to-decide }
    .button = -

mail-mandate_ends_soon = A mandate ends on { DAY($day) }: { $applicant }
    .body =
        The mandate of { $applicant } at { $organisation } ends on { DAY($day) }. If it is to go on, its end can be changed in the portal; if somebody takes over, please invite that person now.
    .button = -

mail-announcement_submitted = To be approved: { $title }
    .body =
        { $person } has submitted the announcement "{ $title }" of { $community } and asks somebody else of the Secretariat to read and approve it. Until then it does not leave.

        In the portal: GET /api/v1/announcements/{ $id } and its /preview; then /approve, or /reject with a reason.
    .button = -

mail-announcement_rejected = Not approved: { $title }
    .body =
        { $person } has not approved the announcement "{ $title }" of { $community }. It is a draft again. { $given ->
            [no] No reason was given.
           *[yes] The reason given: { $reason }
        }

        Please change it and submit it again, or delete it (announcement { $id }).
    .button = -

mail-announcement_halted = Halted: { $title }
    .body =
        The announcement "{ $title }" of { $community } has halted by itself, since much of it fails. What has not left waits.

        Please look at its deliveries (GET /api/v1/announcements/{ $id }/deliveries?state=failed), mend what is wrong, be it the relay or the addresses, and resume or cancel it. Once resumed it does not halt by itself again.
    .button = -

mail-announcement_held = Held back: { $title }
    .body =
        The announcement "{ $title }" of { $community } waited to be sent and is held back: { $reason ->
            [overdue] its time was over when the portal came to it, and what comes late may be wrong by then
            [no_recipients] nobody is in its audience any more
            [approval_needed] it goes to more people than may be written to without the approval of a second person
            [planner_left] whoever planned it may no longer send announcements
            [approver_left] whoever approved it may no longer do so, and the approval no longer counts
            [content_changed] it is not what was approved
           *[other] it could not begin as it is ({ $reason })
        }.

        Please look at it (announcement { $id }): send it, schedule it anew, or cancel it.
    .button = -

mail-webhook_gone = The webhook "{ $description }" is switched off: it is gone
    .body =
        The endpoint "{ $description }" ({ $host }) of { $community } has answered that it is gone (410). Nothing is sent to it any more, and what waited for it is given up.

        If it has moved, please change its address in the portal and switch it on again. If nobody needs it, please remove it.
    .button = -

mail-webhook_failing = The webhook "{ $description }" is switched off: it has not answered for five days
    .body =
        For five days nothing that { $community } sent to the endpoint "{ $description }" ({ $host }) has got through. Nothing is sent to it any more, and what waited for it is given up.

        What went wrong stands in its deliveries. Once that is mended, please switch it on again; events can be sent again one by one.
    .button = -

mail-hand_over = Handing over at { $organisation } until { DAY($day) }
    .body =
        The appointment of { $applicant } at { $organisation } passes to { $successor }. Until { DAY($day) } both of you are in force; then the appointment of { $applicant } ends by itself.

        { $given ->
            [yes] The reason given: { $reason }
           *[no] {""}
        }
    .button = -

mail-hand_over_cancelled = The hand-over of { $applicant } at { $organisation } is cancelled
    .body =
        The appointment of { $applicant } at { $organisation } was to pass to { $successor }. Whoever began that may no longer hand over appointments, so it is cancelled: both of you stay in force, and the mandate ends when it would have ended without it.

        If the hand-over is still right, please ask a coordinator of { $organisation } or the Secretariat to begin it again.
    .button = -

mail-invitations_withdrawn = Invitations withdrawn at { $organisation }
    .body =
        { $inviter } may no longer invite people to { $organisation }. The invitations that nobody had answered yet are withdrawn ({ $count }), and their links no longer work.

        Please look at the invitations that were withdrawn, and invite again those people who are to be contacts of { $organisation }.
    .button = -

mail-invitation_accepted = { $applicant } has accepted your invitation
    .body =
        { $applicant } is now a contact of { $organisation } and listed in the directory of { $community }.
    .button = -

# Who invites is said by office, never by name: nobody has verified the address that it is mailed to.
inviter = { $inviter ->
        [secretariat] The Secretariat
       *[coordinator] A coordinator of { $organisation_en }
    }
given-by = { $inviter ->
        [secretariat] the Secretariat
       *[coordinator] a coordinator of { $organisation_en }
    }
mail-invitation = Invitation to { $community }
    .body =
        { inviter } invites you to join { $community } as a contact of { $organisation_en }. Contacts find each other in its directory and are told of what concerns them.

        With the link below you accept; it can be used once and is good until { DAY($day) }. If you do not wish to join, do nothing.

        Your name, post, organisation, work address and languages were given to us by { given-by } in order to run this network of contacts. Active contacts of the community see them; your telephone only whom you allow. They are kept while you are a contact and for { $days } days after that, and you can see, correct, export and delete them yourself. More: { $url }/privacy
    .button = Accept the invitation

mail-invitation_reminder = Reminder: invitation to { $community }
    .body =
        { inviter } invited you to join { $community } as a contact of { $organisation_en }, and you have not answered yet. This new link is good until { DAY($day) }; the one before no longer works.

        Your name, post, organisation, work address and languages were given to us by { given-by } in order to run this network of contacts. Active contacts of the community see them; your telephone only whom you allow. They are kept while you are a contact and for { $days } days after that, and you can see, correct, export and delete them yourself. More: { $url }/privacy
    .button = Accept the invitation

mail-reset_password = Choose a new password
    .body =
        A new password was requested for your account at { $community }. With the link below you can choose one.

        The link can be used once and is good for { $minutes } minutes. If you did not ask for it, ignore this message: your password stays as it is.
    .button = Choose a new password

mail-password_changed = Your password was changed
    .body =
        The password of your account at { $community } was changed on { DAY($time) }, { HOUR($time) } UTC, and your other sessions were ended.{ COUNT($tokens) ->
            [0] {""}
            [one] {" "}One API token of yours was revoked too.
           *[other] {" "}{ $tokens } API tokens of yours were revoked too.
        }

        If this was not you, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
    .button = -

mail-access_ended = Sessions of your account were ended
    .body =
        { $by ->
            [secretariat] The Secretariat
           *[other] Somebody who is logged in to your account
        } ended other access to your account at { $community }: { COUNT($sessions) ->
            [one] one session
           *[other] { $sessions } sessions
        } and { COUNT($tokens) ->
            [one] one API token
           *[other] { $tokens } API tokens
        }. Programs that used such a token need a new one.

        { $by ->
            [secretariat] You can log in again as usual. If you don't know why this was done, ask the Secretariat.
           *[other] If this was not you, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
        }
    .button = -

mail-new_login = Your account was logged in to from a new place
    .body =
        On { DAY($time) }, { HOUR($time) } UTC, somebody logged in to your account at { $community } from the network { $network } with { $program ->
            [unknown] a program that is not known
           *[other] "{ $program }"
        }. Nobody had logged in from there before.

        If it was you, there is nothing to do. If not, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
    .button = -

mail-login_after_failures = Your account was logged in to after several wrong passwords
    .body =
        On { DAY($time) }, { HOUR($time) } UTC, somebody logged in to your account at { $community } from the network { $network } with { $program ->
            [unknown] a program that is not known
           *[other] "{ $program }"
        }, after several tries with wrong passwords.

        If it was you, there is nothing to do. If not, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
    .button = -

mail-refresh_reuse = One of your sessions was ended for safety
    .body =
        On { DAY($time) }, { HOUR($time) } UTC, a secret of one of your sessions at { $community } was used twice. Somebody may have copied it, so the portal has ended that session.

        Please log in again. If this happens repeatedly, or you do not know why, choose a new password and tell the Secretariat.
    .button = -

mail-factor_added = A second factor was added to your account
    .body =
        On { DAY($time) }, { HOUR($time) } UTC, a second factor was added to your account at { $community }: an authenticator app or a passkey.

        If this was not you, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
    .button = -

mail-factor_removed = A second factor was removed from your account
    .body =
        On { DAY($time) }, { HOUR($time) } UTC, a second factor was removed from your account at { $community }.{ COUNT($tokens) ->
            [0] {""}
            [one] {" "}One API token of yours that was made with it was revoked too.
           *[other] {" "}{ $tokens } API tokens of yours that were made with it were revoked too.
        }

        If this was not you, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
    .button = -

mail-recovery_code_used = A recovery code was used
    .body =
        A recovery code of your account at { $community } was used to log in. { $left } of your codes are left.

        If this was not you, choose a new password at once ("Forgot your password?" in the portal), make new recovery codes, and tell the Secretariat.
    .button = -

mail-recovery_codes_made = New recovery codes were made
    .body =
        On { DAY($time) }, { HOUR($time) } UTC, new recovery codes were made for your account at { $community }. The old ones are no longer good.

        If this was not you, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
    .button = -

mail-factors_reset = Begin again with your account
    .body =
        The Secretariat of { $community } has taken the second factors off your account, because they are said to be lost. Your password no longer works, and your sessions have ended. The reason given:

        { $reason }

        Please choose a new password with the link below; it is good for { $minutes } minutes, and after that "Forgot your password?" brings another. Then log in and add a second factor. If you had not asked for this, tell the Secretariat at once.
    .button = Choose a new password

mail-address_change_asked = Your address is to be changed
    .body =
        Somebody who is logged in to your account at { $community } asked to move it to another e-mail address. It is moved once that address is confirmed.

        If this was not you, take it back with the link below. It is good for { $days } days, also once the address was changed, and ends every session of the account.
    .button = Keep this address

mail-account_leaving = Your account is going to be erased
    .body =
        Somebody who is logged in to your account at { $community } asked to erase it. Your appointments have ended, you are no longer listed, and on { DAY($day) } everything that is personal is erased for good. Until then nobody can log in.

        If this was not you, or if you changed your mind, keep the account with the link below. It is good until { DAY($day) }.
    .button = Keep my account

mail-account_kept = Your account is kept
    .body =
        Your account at { $community } is not going to be erased. Your appointments stay ended: to be listed again, ask your coordinator or the Secretariat.

        If you did not ask to erase it yourself, change your password now.
    .button = Choose a new password

mail-confirm_address = Please confirm your new e-mail address
    .body =
        You asked to use this address for your account at { $community }. Please confirm that it is yours: until then nothing changes.

        The link can be used once and is good for { $hours } hours. If you did not ask for this, ignore this message.
    .button = Confirm my address

mail-address_changed = Your address is changed
    .body =
        Your account at { $community } now belongs to this address. Log in with it from now on.
    .button = -

mail-address_change_undone = Your address is the old one again
    .body =
        The change of address of your account at { $community } was taken back. To be safe, every session was ended and the password no longer works.

        Please choose a new password with the link below; it is good for { $minutes } minutes, and after that "Forgot your password?" brings another.
    .button = Choose a new password

mail-contact_confirmed = Your contact at { $organisation } was confirmed
    .body =
        An officer of { $organisation } or the Secretariat has confirmed that your contact in the directory of { $community } is still right.

        Please look at it in your profile, and change there what is not right any more.
    .button = -

mail-mandate_changed = The end of your mandate at { $organisation } was changed
    .body =
        { $ends ->
            [yes] An officer has set { DAY($day) } as the end of your mandate at { $organisation } in { $community }.
           *[no] An officer has removed the end of your mandate at { $organisation } in { $community }.
        }

        Please turn to the coordinators of your administration or to the Secretariat if this is wrong.
    .button = -

mail-contact_changed = Your contact in the directory was changed
    .body =
        { $by ->
            [secretariat] The Secretariat has changed
           *[coordinator] A coordinator of { $organisation } has changed
        } your contact at { $organisation } in the directory of { $community }. Changed was: { $fields }.

        Please look at it in your profile. If it is not right, change it back, and ask the coordinators of your administration or the Secretariat why it was changed.
    .button = -

mail-account_suspended = Your account is suspended
    .body =
        The Secretariat has suspended your account at { $community }: you can't log in, and the directory does not show you. The reason given:

        { $reason }

        Please turn to the Secretariat if you think this is wrong.
    .button = -

mail-account_reinstated = Your account is reinstated
    .body =
        Your account at { $community } is no longer suspended. You can log in again, and the directory shows you.
    .button = -

mail-wrong_codes = Somebody knows your password
    .body =
        Until { DAY($time) }, { HOUR($time) } UTC, somebody who knows your password tried to log in to your account at { $community } and failed at the second factor, several times. No code is accepted for a while.

        If it was not you, choose a new password at once ("Forgot your password?" in the portal) and tell the Secretariat.
    .button = -

mail-token_made = An API token was made for your account
    .body =
        An API token named "{ $token }" was made for your account at { $community }. Whoever has it can reach the portal in your name, within the limits you chose.

        If this was not you, choose a new password at once ("Forgot your password?" in the portal), which ends every token, and tell the Secretariat.
    .button = -

## Answers that are the same whatever is known

answer-registered = Thank you. If the address can be registered, a message with a link is on its way to it. Please follow that link to confirm the address and to choose your password.
answer-forgot = If this address has an account, a message with a link is on its way to it.
answer-address = Thank you. If the address can be used, a message with a link is on its way to it. Your address stays as it is until that link is followed.

## Pages

page-foot = Answers in English and French, as your browser asks.
page-home = Welcome
    .body = This is the portal of { $community }. Members reach it through its programming interface, which is described here.
page-verify = Confirm your address
    .body =
        This is the application that was made with your address: { application }

        { application-contact }

        { application-nomination }

        Choose a password for your account and confirm: the application then goes to those who decide on it, the coordinators of your administration or the Secretariat. If you did not apply, or this is not what you entered, close this page: then nothing happens.
    .button = Confirm my address
page-verify-again = Confirm your application
    .body =
        This is the application that was made with your address: { application }

        { application-nomination }

        The address has an account already. Its name, its password and what its contact says stay as they are, and you log in as before. With this button the application goes to those who decide on it, the coordinators of your administration or the Secretariat. If you did not apply, or this is not what you entered, close this page: then nothing happens.
    .button = Confirm my application
application = { $applicant }, { $organisation } ({ $role ->
        [coordinator] { role-coordinator }
       *[other] { role-ncp }
    }).
application-contact = Your contact will say: title of the post: { $job_title }; telephone: { $phone }; languages: { $languages }.
application-nomination = Nominated by: { $official }; reference of the letter of nomination: { $reference }.
page-verified = Thank you, your address is confirmed
    .body = Your application is now with those who decide on it: the coordinators of your administration, or the Secretariat. You will hear by e-mail as soon as it has been decided. { how-to-log-in } Until then only your own account is open to you.
page-failed = This did not work
    .body = If your link is too old, apply or ask for a new one again.
page-forgot = Forgot your password?
    .body = Enter the address you log in with. If it has an account, we mail you a link to choose a new password.
    .button = Send me a link
page-forgot-sent = Please look into your mailbox
    .body = If this address has an account, a message with a link is on its way to it. The link is good for a short time only.
page-reset = Choose a new password
    .body = All your sessions end when the password is changed, and you log in anew.
    .button = Change my password
page-reset-done = Your password is changed
    .body = You can now log in with it.
page-confirm-address = Confirm your new address
    .body = One click, and your account belongs to this address.
    .button = Confirm my address
page-address-confirmed = Your address is changed
    .body = Log in with the new address from now on.
page-undo-address = Keep your old address
    .body = The change of address is taken back, every session of the account ends, and you get a link to choose a new password.
    .button = Keep this address
page-address-restored = Your old address is back
    .body = A message with a link to choose a new password is on its way to it.
page-keep-account = Keep your account
    .body = One click, and your account is not erased. Your appointments stay ended.
    .button = Keep my account
page-account-kept = Your account is kept
    .body = You can log in again. To be listed again, ask your coordinator or the Secretariat.
page-invitation = Accept the invitation
    .body =
        You were invited to join { $community } as a contact of your organisation. If you accept, you are listed in its directory for the other contacts.
    .button = Accept
page-invitation-accepted = Welcome
    .body = You have accepted the invitation to { $community }, and its directory lists you from now on. { how-to-log-in }{ $role ->
        [coordinator] {" "}{ second-factor }
       *[other] {""}
    }
page-invitation-waits = Thank you
    .body = You have accepted the invitation to { $community }. Your appointment still waits for approval by the Secretariat, and a mail will tell you when it is in force. { how-to-log-in } Until then only your own account is open to you.
how-to-log-in = { $password ->
    [chosen] You can log in with the password you have just chosen.
   *[kept] You log in as before.
    }
page-confirm-contact = Confirm your entry
    .body =
        With this button you say that you are still the contact of your organisation at { $community }, and that your entry in the directory is right.
    .button = Yes, it is right
page-contact-confirmed = Thank you
    .body = Your entry is confirmed for another year.
page-unsubscribe = Leave this topic
    .body =
        With this button you will get no more announcements about “{ $topic }”. Official notices of { $community } still reach you.

        You can change your mind at any time in your profile.
    .button = Leave “{ $topic }”
page-unsubscribe-all = Leave every topic
    .body = With this button you will get official notices of { $community } alone, and no other announcements.
    .button = Leave every topic
page-unsubscribed = You have left “{ $topic }”
    .body = No more announcements about it will reach you, not even those that are on their way to others.
page-unsubscribe-closed = This link is not good
    .body = It stands in a mail that is long over, in a test, or it was cut short. A newer mail has one that is good. With your account you choose at any time what you get (PUT /api/v1/me/subscriptions).
page-unsubscribed-all = You have left every topic
    .body = From now on you get official notices alone.
link-unsubscribe-all = Or leave every topic
page-announcement = Announcement
    .button = I have read this announcement
page-announcement-acknowledged = Thank you
    .body = It is noted that you have read this announcement.
page-announcement-closed = Not open to you
    .body = This announcement is for those to whom it was addressed, or the link is no longer good. If you are one of them, follow the whole link in your mail, or read it with your account (GET /api/v1/announcements).
feed-announcements = Announcements of { $community }
page-subscriptions = How you get announcements
    .body = Choose how often announcements of { $community } reach you, and about what. Official notices have no topic and reach you at once always.
    .button = Keep this choice
page-subscriptions-chosen = Your choice is kept
    .body = It holds from now on. You can change it by the same link, or in your profile.
choices-digest = How often
choices-topics = About what
choice-digest-at_once = Each announcement at once
choice-digest-daily = Once a day, together
choice-digest-weekly = On Mondays, together
page-privacy = Your data
    .body =
        { $community } is a network of contacts that administrations nominate. For it we keep your name, post, organisation, work address, languages and the topics you know about, and what is needed to let you log in. We have them from your administration or from yourself.

        Active contacts of the community see your entry; your telephone is seen only by those whom you allow. Officers of the Secretariat and the coordinators of your own organisation manage it. Nothing is sold, and nothing is sent to others.

        What is kept, and for how long: applications whose address was never confirmed, { $unverified } days; invitations that were not accepted, { $invitations } days after they have run out; applications that came to nothing, { $applications } days; an entry, { $contacts } days after it has ended; letters of nomination, { $letters } days after the mandate; from which network you logged in, { $networks } days; to whom which mail went, { $mails } days. The log of who did what stays, and names nobody. An account that you ask to erase is closed at once and erased after { $grace } days.

        You can see, correct, export and delete everything held about you: log in, or write to the Secretariat.
page-setup = Set up the administrator
    .body = Whoever holds this link becomes an administrator of { $community }. The link can be used once.
    .button = Set up
page-setup-done = The administrator is set up
    .body = You can now log in with this address and password (POST /api/v1/auth/login). { second-factor }
field-name = Name
    .hint = -
field-email = E-mail address
    .hint = -
field-password = Password
    .hint = At least { $min } characters. Several words are good, and easy to remember.
link-docs = Description of the interface
link-privacy = Your data
link-forgot = Forgot your password?

## Words of the directory, and the heads of its tables

changed-job_title = the job title
changed-job_title_audience = who sees the job title
changed-phone = the telephone number
changed-phone_audience = who sees the telephone number
changed-email_audience = who sees the e-mail address
changed-languages = the languages
changed-languages_audience = who sees the languages
changed-technologies = the technologies
changed-technologies_audience = who sees the technologies
confirmation-confirmed = Confirmed
confirmation-due = To be confirmed
confirmation-unconfirmed = Not confirmed
role-secretariat = Secretariat
role-coordinator = Coordinator
role-ncp = National contact point
role-contributor = Contributor
role-partner = Partner
role-auditor = Auditor
region-AMS = Americas and the Caribbean
region-EUR = Europe
region-ESA = East and Southern Africa
region-WCA = West and Central Africa
region-MENA = North of Africa, Near and Middle East
region-AP = Asia and the Pacific
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
column-confirmation = Confirmation
column-confirmed_at = Confirmed at
column-updated_at = Changed
column-language = Language
column-preferred = Preferred language
column-state = State
column-attempts = Tries
column-last_code = Last code
column-last_status = Last status
column-last_reply = Last reply
column-sent_at = Sent at
column-bounced_at = Came back at
column-bounce_kind = How it came back
column-bounce_status = Status of what came back
column-acknowledged_at = Acknowledged at
column-id = Identifier

## What an address-book program is told

carddav-malformed = This request is not understood.
carddav-too-many = There are more contacts than are listed at once. Use sync-collection, which is paged.
carddav-properties = This asks for more properties than are answered. Ask for fewer, or for those that contacts have.
carddav-sync-token = This token is too old, or what you may see has changed. Begin again without it.
carddav-depth = Ask with Depth: 0 or 1.
carddav-read-only = This address book is only read. Contacts are changed in the portal.
carddav-unsupported = The address book does not have this.

## Problems: problem-<code> is the title, .detail what happened and what to do next

problem-internal = Something went wrong
    .detail = The portal could not do this, and it is not your fault. Please try again later; if it stays, tell the Secretariat the request id.
problem-not_found = Not found
    .detail = There is nothing here, or nothing that you may see.
problem-method_not_allowed = Not possible here
    .detail = This address does not take that method.
problem-bad_request = Not understood
    .detail = The request is not well formed.
problem-bad_query = A parameter is wrong
    .detail = Please correct the parameters named below.
problem-malformed_json = This is not JSON
    .detail = The body breaks off or is mistyped at line { $line }, column { $column }.
problem-invalid = Please correct your entries
    .detail = The fields named below can't be taken as they are. Nothing was changed.
problem-media_type = Wrong media type
    .detail = The body is expected as { $wanted }.
problem-too_large = Too large
    .detail = { $limit ->
        [unknown] The body is larger than the portal takes.
       *[other] The body is larger than the portal takes here: at most { $limit } bytes.
    }
problem-too_slow = Too slow
    .detail = The request took too long to arrive. Please try again.
problem-broken_body = The body broke off
    .detail = The request did not arrive whole. Please try again.
problem-busy = Too busy at the moment
    .detail = The portal has too much to do right now. Please try again in a few seconds; nothing was changed.
problem-too_many_connections = Too many connections
    .detail = Your address has too many connections open. Please close some, wait a few seconds and try again.
problem-work_under_way = One thing at a time
    .detail = An import, an export or an upload of yours is still under way. Please wait until it is done, or cancel it, then try again.
problem-database_unreachable = Out of order for the moment
    .detail = The portal can't reach its data right now. Please try again in a few seconds.
problem-login_required = Please log in
    .detail = This needs an access token: log in, and send it as Authorization: Bearer.
problem-token_invalid = Please log in again
    .detail = The access token is not one of ours.
problem-token_expired = Please refresh your session
    .detail = The access token has run out. Use the refresh token to get a new one.
problem-rights_changed = Your rights have changed
    .detail = What you may do here changed a moment ago. Nothing was saved. Please look at your appointments and try again.
problem-session_ended = Your session has ended
    .detail = Please log in again.
problem-refresh_token_invalid = Your session has ended
    .detail = The refresh token is used, expired or unknown. Please log in again.
problem-wrong_credentials = Address or password is wrong
    .detail = Please check both. If you forgot your password, ask for a link to choose a new one. A new application must have confirmed its address first.
problem-awaiting_approval = Your application awaits approval
    .detail = Nobody has decided on your application yet; a coordinator of your administration does, or the Secretariat. You will hear by e-mail; until then only your own profile is open to you.
problem-no_active_appointment = No active appointment
    .detail = You hold no appointment in force at present. Please turn to your administration or to the Secretariat.
problem-secretariat_only = Only for the Secretariat
    .detail = This is reserved for the Secretariat.
problem-decided_at_appointments = This list is the Secretariat's
    .detail = As a coordinator you find the applications to your own administration at /api/v1/appointments?status=pending, and decide on them there.
problem-own_case = Not in your own case
    .detail = Nobody decides in their own case, be it an application or an invitation. Please ask a colleague.
problem-invite_instead = Please invite this person
    .detail = This person never had an appointment at your organisation, and is to agree first. Please invite the person by e-mail: the appointment is in force as soon as the invitation is accepted.
problem-not_pending = Already decided
    .detail = This application is not waiting for a decision (it is { $status }).
problem-already_sent = Already sent
    .detail = Mails of this announcement have left, so it can't be changed any more. Write a new one; what has not left can be cancelled.
problem-acknowledgement_not_asked = Nobody was asked
    .detail = This announcement does not ask its readers to say that they have read it.
problem-deliveries_gone = Not kept any more
    .detail = To whom each mail of this announcement went is not kept any more. Its summary still says how many there were.
problem-announcement_not_possible_now = Not possible now
    .detail = The announcement is { $status ->
            [draft] a draft
            [submitted] waiting for approval
            [sending] being sent
            [held] held back
           *[other] { $status }
        }, and "{ $event }" is not possible in that state. What is: { $possible }.
problem-not_a_draft = Only drafts are deleted
    .detail = What has been submitted, approved or scheduled becomes a draft again when it is changed (PATCH); what has begun can be cancelled, and stays.
problem-approval_needed = A second person is to approve
    .detail = This announcement is for { $count } contacts; one person may write to { $max } alone, in one announcement or in all of 24 hours. More need the approval of a second person of the Secretariat: submit it.
problem-second_person_needed = Somebody else is to approve
    .detail = Whoever wrote or submitted an announcement does not approve it. Please ask a colleague of the Secretariat.
problem-content_changed = It says something else now
    .detail = The announcement is not what was submitted or read any more. Read it again, and submit or approve what it says now.
problem-language_missing = A language is missing
    .detail = It can't be sent without a text in: { $languages }. Write it, or take the language off required_languages.
problem-no_recipients = Nobody to send to
    .detail = No contact fits this audience. Please widen it; the draft is kept.
problem-idempotency_key_malformed = This Idempotency-Key can't be read
    .detail = Send one key of 1 to { $max } visible ASCII characters, best a random UUID, with or without quotation marks.
problem-idempotency_key_reused = This Idempotency-Key was used for another request
    .detail = Within the last day you sent another request with the same key. Choose a new key for each request, and send the same key again only with the very same request.
problem-request_in_progress = The same request is being carried out
    .detail = A request with this Idempotency-Key is still at work. Send it again in a moment, and you get its answer.
problem-too_many_webhooks = Too many webhooks
    .detail = There are { $max } endpoints already, which is the most. Please remove one that nobody needs.
problem-webhook_disabled = This webhook is switched off
    .detail = Nothing is sent to this endpoint. Switch it on first.
problem-delivery_pending = It is being sent
    .detail = The event is being sent at this very moment. Please look in a minute what came of it.
problem-account_exists = This address has an account
    .detail = Please use another address, or log in with this one.
problem-already_exists = Already there
    .detail = Something with the same key is there already. Nothing was changed.
problem-too_many_attempts = Too many tries
    .detail = Please wait { $seconds } seconds and try again. Nobody is locked out: the wait ends by itself.
problem-scope_missing = Not within the scopes of this token
    .detail = The API token was not made for this. Make one with the scope that it needs, or log in.
problem-mfa_required = A second factor is needed
    .detail = Your role asks for two factors. Add an authenticator app or a passkey to your account (POST /api/v1/me/mfa/totp), or log in again with the one you have.
problem-auditors_only = Only for auditors
    .detail = This is reserved for the Secretariat, auditors and coordinators. What concerns you stands in /api/v1/me/audit.
problem-reauth_required = Please prove again who you are
    .detail = This needs a login that is at most { $seconds } seconds old. Send your password, and your second factor, to /api/v1/me/reauthenticate.
problem-own_account = Not on your own account
    .detail = Nobody does this to their own account. Please ask a colleague.
problem-cross_site = From another site
    .detail = The portal takes changes only from its own pages and from programs, never from the page of another site.
problem-headers_too_large = Headers too large
    .detail = All header lines of a request may have { $max } bytes together. Please send fewer or shorter ones.
problem-uri_too_long = Address too long
    .detail = The address of this request is longer than any of the portal.
problem-too_deep = Nested too deep
    .detail = Objects and arrays may be nested { $max } deep.
problem-too_many_values = Too many values
    .detail = A body may have { $max } values in all.
problem-challenge_invalid = Please begin again
    .detail = The login was begun too long ago, or is finished already. Please log in again.
problem-wrong_code = The code is wrong
    .detail = Please enter the code that the app shows now; each is good once. A recovery code will do as well.
problem-passkey_refused = The passkey was not accepted
    .detail = It is not one of yours here, was not used in time, or did not verify you. Please begin again.
problem-passkeys_unavailable = No passkeys here
    .detail = Passkeys need a portal that is reached by a host name. Please use an authenticator app.
problem-factor_exists = There is an authenticator app already
    .detail = Please remove it first.
problem-nothing_to_confirm = Nothing to confirm
    .detail = There is no authenticator app that waits for its first code. Please begin again.
problem-no_factor = No second factor
    .detail = Recovery codes replace a second factor, and there is none. Please add an authenticator app or a passkey first.
problem-factor_required = The last second factor stays
    .detail = Your role asks for two factors. Please add another one first.
problem-password_too_short_alone = The password is too short without a second factor
    .detail = Your password was chosen with a second factor beside it, and so by a shorter rule. Please choose a new password first, and remove the factor then.
problem-too_many_tokens = Too many tokens
    .detail = You have { $max } API tokens, which is all there may be. Please revoke one first.
problem-too_many_passkeys = Too many passkeys
    .detail = You have { $max } passkeys, which is all there may be. Please remove one first.
problem-already_suspended = Already suspended
    .detail = This account is suspended. Nothing was changed.
problem-not_suspended = Not suspended
    .detail = This account is not suspended. Nothing was changed.
problem-account_suspended = The account is suspended
    .detail = The applicant's account is suspended. Reinstate it first, or reject the application.
problem-coordinators_only = Only for coordinators
    .detail = Coordinators do this for their own organisation, and the Secretariat for every one.
problem-other_organisation = Not your organisation
    .detail = You coordinate another organisation. Ask its coordinator, or the Secretariat.
problem-field_hidden = The owner hides this field from you
    .detail = You do not see { $field } of this contact, and so you can't change it. Leave it out, and ask the person to change it.
problem-audience_widened = Only the owner shows a field to more people
    .detail = You can narrow who sees { $field } of somebody else's contact, not widen it. Leave the audience out, and ask the person to change it.
problem-if_match_required = Say what you changed
    .detail = Read it first, and send its ETag as If-Match, so that nobody's changes are lost.
problem-if_match_malformed = If-Match is not understood
    .detail = It holds one or more ETags in quotation marks, as they came with the answer.
problem-changed_meanwhile = Changed in the meantime
    .detail = Somebody changed this since you read it. Nothing was written. Read it again and repeat your change.
problem-confirmation_needed = Please confirm your entry first
    .detail = Your entry in the directory is to be confirmed: nobody has for too long, or mail to you came back. Confirm it (POST /appointments/…/confirm, or the link in the mail), and everything is open again.
problem-not_possible_now = Not possible now
    .detail = The appointment is { $status }, and { $event } is not possible for you in that state.
problem-account_leaving = This account is about to be erased
    .detail = Its owner asked for that. It is erased on { DAY($day) }; until then the link that was mailed to its address keeps it.
problem-last_coordinator = The last coordinator stays
    .detail = The organisation would have no coordinator. Appoint or invite another one first, or turn to the Secretariat.
problem-last_administrator = The last administrator stays
    .detail = Nobody would run the portal. Make another administrator first.
problem-already_appointed = Already appointed
    .detail = This person has this role at this organisation already, or is about to.
problem-too_many_applications = Your other applications come first
    .detail = { $max } of your applications wait for a decision, which is all there may be. Withdraw one, or wait until one is decided.
problem-too_many_wait_there = Too many wait there
    .detail = { $max } applications wait for a decision at this organisation, which is all there may be. Please try again in some days, or turn to its coordinator.
problem-already_invited = Already invited
    .detail = There is an open invitation to this address. Send it again (POST /invitations/…/resend), or withdraw it.
problem-appointment_over = It is over
    .detail = The appointment is { $status }. Nothing can be changed any more; a new one can be made.
problem-not_acceptable = Not in that form
    .detail = This is not to be had in any of the media types that you accept. There is JSON, and for contacts CSV, XLSX, vCard and JSContact.
problem-too_many_rows = Too many for a spreadsheet
    .detail = A spreadsheet takes { $max } contacts. Narrow the filter, or take CSV, which has no bound.
problem-quota_used = Enough for today
    .detail = This would be { $rows } contacts. You may take { $max } in 24 hours, in files and address books together, and { $left } are left today. { $fits ->
        [never] So many are never to be had at once: narrow the filter, or ask the Secretariat.
       *[later] Narrow the filter, or come back in { $hours } h.
    } The pages of the directory stay open to you.
problem-seen_enough = Enough for today
    .detail = You have looked at { $max } contacts in 24 hours, which is all there may be. Please come back in { $hours } h, or ask the Secretariat for what you need.
problem-changes_forgotten = Please start anew
    .detail = It is too long ago, or what you may see has changed since. Begin again without a token, and replace what you have.
problem-program_login_required = Please log in
    .detail = Send your e-mail address and, as the password, an API token that may read the community. Make one in the portal; your own password does not work here.
problem-program_refused = Address or token is wrong
    .detail = The password of this place is an API token of the account with this address. It may have run out or been revoked; your own password does not work here.
problem-malformed_xml = This is not XML as it is taken here
    .detail = The body breaks off, is nested too deep, is not UTF-8, or has a document type.
problem-plan_expired = This plan has run out
    .detail = A plan can be carried out within an hour of the dry run. Please send the sheet again.
problem-plan_committed = This plan was carried out
    .detail = Everybody in it is invited. For more people, send another sheet.
problem-plan_outdated = Something has changed meanwhile
    .detail = These rows would be judged otherwise by now, so nobody was invited. Please send the sheet again and look at the new plan.
problem-link_spent = This link is no longer good
    .detail = It was used, has run out, or was replaced by a newer one. Please ask for a new one.
problem-storage_unreachable = Files can't be reached for the moment
    .detail = The portal can't reach the place where files are kept. Please try again in a few minutes; nothing was changed.

## Faults of one field: fault-<code>

fault-unknown_successor = This is no other appointment at the same organisation in the same role.
fault-successor_not_active = The successor's appointment is neither in force nor pending.
fault-unknown_person = There is no such person.
fault-unknown_appointment = There is no such appointment here in this role that you could hand over.
fault-in_the_past = This lies in the past.
fault-missing = This is needed.
fault-unknown_field = There is no such field.
fault-bad_instant = This is no instant with its offset from UTC, written as in 2027-01-11T09:00:00+01:00.
fault-wrong_type = This has the wrong form.
fault-unknown_topic = There is no topic { $value }, or it is retired. GET /api/v1/topics lists them.
fault-unknown_zone = { $value } is no time zone. Use a name like Europe/Brussels.
fault-not_secretariat = Tests go to people of the Secretariat alone.
fault-too_deep = An audience holds others at most { $max } deep.
fault-unknown_value = { $allowed ->
    [many] { $value } is not one of the values allowed here.
   *[few] { $value } is not one of the values allowed here: { $allowed }.
    }
fault-empty = This must not be empty.
fault-too_long = At most { $max } characters.
fault-too_many = At most { $max } entries.
fault-out_of_range = A number from { $min } to { $max }.
fault-control_characters = No line breaks or invisible characters here.
fault-not_a_name = This is not the name of a person. Write it in letters, as on a letter of nomination: without addresses, links, numbers and other signs.
fault-mixed_scripts = This mixes letters of several scripts that look alike. Please write the whole name in one script.
fault-name_reserved = This name is kept for the Secretariat and the portal. Please enter your own.
fault-bad_email = This is not an e-mail address.
fault-bad_phone = This is not a telephone number.
fault-bad_cursor = This cursor is not one of this list. Begin again without it.
fault-no_pages = A file has all contacts of the filter; it is not paged.
fault-unknown_organisation = There is no member { $value }. Use the two-letter code, as in SN.
fault-unknown_technology = { $value } is not in the list of technologies.
fault-unknown_language = { $value } is not a language code. Use two letters, as in fr.
fault-role_not_open = This role is not open here. There is: { $allowed }.
fault-no_variant = There is no text in { $language }, the default language.
fault-no_text = There is no text in { $language }.
fault-password_too_short = At least { $min } characters. Several words are good, and easy to remember.
fault-password_too_long = At most { $max } characters.
fault-password_context = The password is made of your address, your name or the portal's. Please choose words that nobody connects with you.
fault-password_common = Attackers try such passwords first. Several words that do not belong together are good, and easy to remember.
fault-wrong_code = This is not the code that the app shows now.
fault-passkey_refused = The passkey was not accepted. Please begin again.
fault-same_address = This is your address already.
fault-passkey_has_no_code = A passkey has no code: use /api/v1/auth/passkey/start and finish.
fault-bad_date = This is not a day of the calendar, written as in 2024-02-02.
fault-not_after = This must be later than { $day }.
fault-place_in_subject = A subject says the same to everybody: it stands in lists too. Write the name into the text.
fault-place_in_public = What everybody may read can’t speak to one reader. Take the places in braces out, or don’t make it public.
fault-place_without_topic = Without a topic there is nothing to leave. Name the topic, or take the link to unsubscribe out.
fault-nested_too_deeply = This text is nested too deeply: lists in lists, quotes in quotes, HTML in HTML. Write it with fewer levels.
fault-html_not_closed = HTML in this text is not closed where it was opened. Close each tag in the paragraph that it was opened in, the last one first.
fault-too_much_html = This text becomes too long a page: tables with very many columns, or tags with very many attributes. Make these smaller, or split the text.
fault-too_many_places = This text has more than fifty places such as {"{{ name }}"}. Take some out.
fault-unknown_place = “{ $value }” can’t be filled in. What can be is {"{{ name }}"}, {"{{ administration }}"} and {"{{ unsubscribe }}"}, written so. For two braces as they are, write \{"{"}\{"{"}.
fault-bad_domain = This is not a domain, as in customs.example.
fault-bad_url = This is not a URL that can be called. Write it in full, as in https://receiver.example/hooks, without a name, a password or a fragment (#).
fault-not_https = Events are sent by HTTPS only: the URL begins with https://.
fault-port_not_allowed = Nothing is sent to port { $port }. Use 443, or one from 1024 on.
fault-address_not_allowed = This address is not on the public internet.
fault-bad_since = This is not a year, month or day, written as in 2024, 2024-05 or 2024-05-31.
fault-in_the_future = This day is still to come.
fault-nothing_to_share = Where nothing is used or considered, there is nothing to talk about.
fault-duplicate = This is given twice.
fault-wrong_password = This is not your current password.
fault-bad_code = { $value } is not a code: letters, digits, - and _ only.
fault-in_future = This day has not come yet.
fault-letter_kind = The letter must be a PDF document or a PNG or JPEG image. This is { $found ->
    [unknown] none of them, whatever it is called.
   *[known] { $found }, whatever it is called.
    }
fault-letter_mismatch = The Content-Type does not say what the file is: { $found }.
fault-letter_broken = The file breaks off before its end. Please send it again, or make it anew.
fault-sheet_kind = This is neither a CSV file nor an XLSX workbook. Please save it as one of them.
fault-sheet_broken = The workbook can't be read. Please save it anew as XLSX, or as CSV.
fault-sheet_empty = The sheet has no row below its header.
fault-sheet_too_large = The workbook unfolds to more than { $max } bytes. Please copy the rows into a new one.
fault-too_many_rows = At most { $max } rows. Please split the sheet.
fault-too_many_columns = At most { $max } columns.
fault-column_missing = The sheet needs a column { $column }. Its first row names the columns; these are known: { $known }.
fault-column_twice = Two columns are named { $column }.
fault-other_organisation = This is not your organisation. You can invite to your own.
fault-already_invited = There is an open invitation to this address already.
fault-already_appointed = This person has this role at this organisation already, or is about to.
fault-twice_in_sheet = This address is in row { $row } already, for the same organisation and role.
fault-row_in_error = This row is in error. Correct the sheet and send it again, or commit the plan with skip_errors.
fault-judged_otherwise = This is judged otherwise by now than in the plan.
fault-cell_error = The formula of this cell has no result.

# Who stands where a person stood who was erased.
erased-contact = Former contact of { $organisation }
erased-person = Former user
export-readme =
    Your data at { $community }, as of { DAY($day) }.

    data.json has everything that is stored about you: the account, appointments, contacts and who sees what of them, applications, invitations, nominations, sessions, devices, programs' tokens and passkeys (without their secrets), the entries of the audit log by and about you, announcements, and the mails sent to you. Where a list reached its bound, "cut" names it.

    A letter of nomination names others, too. It is kept for those who decide on appointments: letters/ has those of your own that you may read as one of them. Do not publish them.

    What is wrong you can correct under your profile. How to have it erased, and how long it is kept, stands on the portal's page "Your data" (/privacy).
