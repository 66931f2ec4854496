# Toutes les phrases que lit une personne, en français. locales/en.ftl a les mêmes clés, ce qu'un test vérifie.

## Les jours et les heures : DAY($day) comme 28 novembre 2026, HOUR($time) comme 12:00

months = janvier février mars avril mai juin juillet août septembre octobre novembre décembre
first-of-month = 1er

## Messages : mail-<kind> est l'objet, .body les paragraphes, .button le libellé du lien

mail-greeting = Bonjour { $name },
mail-greeting-unverified = Bonjour,
mail-or-copy = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
mail-link = { $label } :
mail-foot-system = Ce message vous est adressé par { $community } car il concerne votre compte ou votre demande. Il n’appelle pas de réponse.
mail-foot-duty = Ce message vous est adressé par { $community } car il concerne ce dont vous y avez la charge. Il n’appelle pas de réponse.
mail-foot-invitation = Ce message vous est adressé par { $community } car vous y êtes invité(e). Il n’appelle pas de réponse.
mail-foot-announcement = Vous recevez cette annonce en tant que contact de { $community }. Portail : { $url }
mail-foot-contact = Questions : { $contact }
mail-foot-leave = Ne plus recevoir ce thème, ou quitter tous les thèmes

mail-foot-digest = Vous recevez ce récapitulatif en tant que contact de { $community }, comme vous l’avez choisi. Les avis officiels vous parviennent aussitôt.

mail-acknowledge = Veuillez confirmer que vous avez lu cette annonce.
    .button = Lire et confirmer sur le portail

mail-digest = { $community } : votre récapitulatif
    .body = Ces annonces vous ont été adressées depuis votre dernier récapitulatif. Suivez un titre pour lire l’annonce.
    .button = Choisir comment recevoir les annonces
    .asks = veuillez confirmer que vous l’avez lue

mail-verify_address = Veuillez confirmer votre adresse électronique
    .body =
        Quelqu’un, sans doute vous, a demandé à rejoindre { $community } avec cette adresse, pour { $organisation } ({ $role ->
            [coordinator] { role-coordinator }
           *[other] { role-ncp }
        }). Le lien ci-dessous vous montre la demande. Vous y choisissez votre mot de passe et confirmez que l’adresse est bien la vôtre : c’est seulement alors que la demande parvient à ceux qui en décident, les coordonnateurs de votre administration ou le Secrétariat.

        Le lien ne sert qu’une fois et reste valable { $hours } heures. Si vous n’avez rien demandé, ignorez ce message : rien ne se passera.
    .button = Confirmer mon adresse

mail-apply_again = Veuillez confirmer votre nouvelle demande
    .body =
        Quelqu’un, sans doute vous, a demandé à rejoindre { $community } avec cette adresse, pour { $organisation } ({ $role ->
            [coordinator] { role-coordinator }
           *[other] { role-ncp }
        }). L’adresse a déjà un compte. Le nom et le mot de passe de ce compte ne changent pas.

        Si c’était vous, confirmez la demande par le lien ci-dessous : elle parvient alors à ceux qui en décident, les coordonnateurs de votre administration ou le Secrétariat. Vous vous connectez comme auparavant ; si vous avez oublié votre mot de passe, utilisez « Mot de passe oublié ? » dans le portail. Si le compte devait être effacé, il est conservé.

        Le lien ne sert qu’une fois et reste valable { $hours } heures. Si ce n’était pas vous, ignorez ce message : rien n’a été modifié.
    .button = Voir la demande

mail-already_registered = Vous avez déjà un compte
    .body =
        Quelqu’un, sans doute vous, a demandé à rejoindre { $community } avec cette adresse. Elle a déjà un compte : il suffit de vous connecter.

        Si vous avez oublié votre mot de passe, vous pouvez en choisir un nouveau. Si ce n’était pas vous, ignorez ce message : rien n’a été modifié.
    .button = Choisir un nouveau mot de passe

mail-application_waits = Une demande attend votre décision : { $applicant }
    .body =
        { $applicant } ({ $organisation }) a confirmé l’adresse électronique d’une demande d’adhésion à { $community }.

        Veuillez la comparer à la désignation de l’administration, puis l’approuver ou la rejeter. { how-to-decide }
    .button = -

how-to-decide = La liste de ce qui vous attend : { $url }/api/v1/appointments?status=pending ; vous décidez par POST /api/v1/appointments/{ $appointment }/approve, ou …/reject avec un motif. L’interface est décrite ici : { $url }/docs/.
second-factor = Votre rôle demande un second facteur : une fois connecté(e), ajoutez une application d’authentification (POST /api/v1/me/mfa/totp) ou une clé d’accès (POST /api/v1/me/passkeys/start). D’ici là, seul votre propre compte vous est ouvert.

mail-approved = Bienvenue dans { $community }
    .body =
        Votre demande a été approuvée. Vous figurez désormais dans l’annuaire et pouvez vous connecter avec le mot de passe que vous avez choisi.{ $role ->
            [coordinator] {" "}{ second-factor }
           *[other] {""}
        }

        Veuillez consulter votre profil : les langues et les technologies que vous y indiquez aident vos collègues à vous trouver.
    .button = Ouvrir le portail

mail-rejected = Votre demande n’a pas été approuvée
    .body =
        Votre demande d’adhésion à { $community } n’a pas été approuvée. Motif indiqué :

        { $reason }

        Vous pourrez présenter une nouvelle demande une fois ce point réglé.
    .button = -

mail-appointed = Vous êtes désormais contact : { $organisation }
    .body =
        Vous avez été désigné(e) contact auprès de { $community } ({ $organisation }). Vous figurez dans l’annuaire et vous vous connectez comme auparavant.{ $role ->
            [coordinator] {" "}{ second-factor }
           *[other] {""}
        }
    .button = Ouvrir le portail

mail-info_requested = Votre candidature est à compléter
    .body =
        Votre candidature auprès de { $community } ({ $organisation }) ne peut pas encore être examinée. Ce qui manque :

        { $reason }

        Veuillez vous connecter, la compléter et la soumettre à nouveau. Sans réponse, elle devient caduque après 90 jours.
    .button = -

mail-appointment_suspended = Votre mandat est suspendu
    .body =
        Votre mandat auprès de { $community } ({ $organisation }) est suspendu : vous ne figurez provisoirement plus dans l’annuaire et vos sessions ont pris fin. Motif indiqué :

        { $reason }

        En cas de désaccord, veuillez vous adresser à votre coordonnateur ou au Secrétariat.
    .button = -

mail-appointment_reinstated = Votre mandat est rétabli
    .body =
        Votre mandat auprès de { $community } ({ $organisation }) est rétabli. Vous figurez à nouveau dans l’annuaire et pouvez vous connecter comme auparavant.
    .button = Ouvrir le portail

mail-appointment_replaced = Votre succession est assurée
    .body =
        Votre mandat ({ $organisation }) auprès de { $community } est passé à { $successor }. Vous ne figurez plus dans l’annuaire à ce titre. Merci de votre travail.

        { $given ->
            [yes] Motif indiqué : { $reason }
           *[no] {""}
        }

        Votre compte reste le vôtre : vous pouvez vous connecter pour voir ce qui est enregistré à votre sujet, ou le supprimer.
    .button = -

mail-appointment_taken_over = { $organisation } : vous succédez à { $applicant }
    .body =
        Le mandat de { $applicant } auprès de { $community } ({ $organisation }) vous a été transmis, et { $applicant } ne figure plus dans l’annuaire à ce titre.

        { $given ->
            [yes] Motif indiqué : { $reason }
           *[no] {""}
        }
    .button = -

mail-appointment_ended = Votre mandat a pris fin
    .body =
        Votre mandat auprès de { $community } ({ $organisation }) a pris fin et vous ne figurez plus dans l’annuaire à ce titre. Merci de votre travail.

        Votre compte reste le vôtre : vous pouvez vous connecter pour voir ce qui est enregistré à votre sujet, ou le supprimer.
    .button = -

mail-appointment_expired = Votre inscription a expiré
    .body =
        Personne n’a confirmé votre inscription auprès de { $community } ({ $organisation }) depuis neuf mois : elle a donc pris fin et vous ne figurez plus dans l’annuaire.

        Si vous êtes toujours le contact, demandez à votre coordonnateur ou au Secrétariat de vous désigner à nouveau.
    .button = -

mail-application_lapsed = Votre candidature est caduque
    .body =
        Votre candidature auprès de { $community } ({ $organisation }) n’a pas été examinée à temps et est devenue caduque. Nous le regrettons. Veuillez vous adresser à votre administration ou au Secrétariat, puis candidater à nouveau.
    .button = -

mail-confirm_contact = { $organisation } : êtes-vous toujours le contact ?
    .body =
        Une fois par an, nous demandons à chaque contact de { $community } si son inscription dans l’annuaire est toujours exacte. La vôtre est à confirmer avant le { DAY($day) }.

        Si vous occupez toujours ce poste et que l’inscription est exacte, un clic suffit, sans connexion. Si quelque chose a changé, connectez-vous pour la corriger, ou indiquez à votre coordonnateur qui vous succède.
    .button = Oui, je confirme

mail-contact_unconfirmed = Votre inscription est signalée comme non confirmée
    .body =
        Personne n’a confirmé votre inscription dans l’annuaire de { $community } ({ $organisation }), ou un message vous a été retourné. Elle est désormais signalée « non confirmée » et, jusqu’à sa confirmation, vous n’avez accès qu’à vos propres données.

        Si l’inscription est exacte, un clic suffit. Sinon, elle expire au bout de 180 jours.
    .button = Confirmer mon inscription

mail-contact_not_confirmed = Non confirmé : { $applicant } ({ $organisation })
    .body =
        L’inscription de { $applicant } ({ $organisation }) dans l’annuaire de { $community } n’a pas été confirmée.

        Veuillez la confirmer si elle est exacte, ou transmettre le mandat à une autre personne.
    .button = -

mail-contact_left = { $applicant } n’est plus contact : { $organisation }
    .body =
        Le mandat de { $applicant } ({ $organisation }) a pris fin. Veuillez inviter la personne qui lui succède, s’il y en a une.
    .button = -

mail-name_changed = Changement de nom : { $before } s’appelle désormais { $after }
    .body =
        { $before } ({ $organisation }) a changé le nom de son compte auprès de { $community } en { $after }.

        Si c’est exact, il n’y a rien à faire. Si vous ne connaissez pas ce nom, ou si ce n’est pas la même personne, suspendez le mandat et renseignez-vous. L’ancien nom figure à côté du nouveau dans la liste des mandats pendant 30 jours.
    .button = -

mail-no_coordinator_left = { $organisation } : plus de coordonnateur
    .body =
        Le mandat de { $applicant }, dernier coordonnateur ({ $organisation }), n’est plus en vigueur. Jusqu’à la désignation d’une autre personne, le Secrétariat décide pour cette organisation.
    .button = -

mail-officer_appointed = { $applicant } exerce désormais une fonction du portail
    .body =
        { $officer } a confié à { $applicant } ({ $organisation }) cette fonction auprès de { $community } : { $role ->
            [secretariat] { role-secretariat }
           *[other] { role-auditor }
        }.

        Si c’est exact, il n’y a rien à faire. Si vous ne vous y attendiez pas, suspendez ce mandat ainsi que le compte de la personne qui l’a confié, et renseignez-vous auprès des deux.
    .button = -

mail-application_still_waits = Toujours en attente de votre décision : { $applicant }
    .body =
        La candidature de { $applicant } ({ $organisation }) auprès de { $community } attend toujours une décision. Veuillez l’approuver, la rejeter ou demander ce qui manque. { how-to-decide }

        Après 30 jours, le Secrétariat en est informé ; après 90 jours, elle devient caduque.
    .button = -

mail-application_escalated = Sans décision : { $applicant } ({ $organisation })
    .body =
        La candidature de { $applicant } ({ $organisation }) auprès de { $community } attend depuis 30 jours. Veuillez décider à la place des coordonnateurs, ou les relancer. { how-to-decide }
    .button = -

mail-mandate_ends_soon = Fin de mandat le { DAY($day) } : { $applicant }
    .body =
        Le mandat de { $applicant } ({ $organisation }) prend fin le { DAY($day) }. S’il doit se poursuivre, sa date de fin peut être modifiée dans le portail ; si une autre personne prend la suite, veuillez l’inviter dès maintenant.
    .button = -

mail-announcement_submitted = À approuver : { $title }
    .body =
        { $person } a soumis l’annonce « { $title } » de { $community } et demande qu’une autre personne du Secrétariat la lise et l’approuve. D’ici là, elle ne part pas.

        Sur le portail : GET /api/v1/announcements/{ $id } et /preview ; puis /approve, ou /reject avec un motif.
    .button = -

mail-announcement_rejected = Non approuvée : { $title }
    .body =
        { $person } n’a pas approuvé l’annonce « { $title } » de { $community }. C’est de nouveau un brouillon. { $given ->
            [no] Aucun motif n’a été donné.
           *[yes] Le motif donné : { $reason }
        }

        Veuillez la modifier et la soumettre à nouveau, ou la supprimer (annonce { $id }).
    .button = -

mail-announcement_halted = Interrompue : { $title }
    .body =
        L’annonce « { $title } » de { $community } s’est interrompue d’elle-même, car une grande partie échoue. Ce qui n’est pas parti attend.

        Veuillez examiner ses envois (GET /api/v1/announcements/{ $id }/deliveries?state=failed), corriger ce qui ne va pas, que ce soit le relais ou les adresses, puis la reprendre ou l’annuler. Une fois reprise, elle ne s’interrompt plus d’elle-même.
    .button = -

mail-announcement_held = Retenue : { $title }
    .body =
        L’annonce « { $title } » de { $community } attendait d’être envoyée et elle est retenue : { $reason ->
            [overdue] son heure était passée quand le portail y est arrivé, et ce qui arrive trop tard n’est peut-être plus vrai
            [no_recipients] plus personne ne fait partie de ses destinataires
            [approval_needed] elle s’adresse à plus de personnes qu’il n’est permis sans l’approbation d’une deuxième personne
            [planner_left] la personne qui l’a programmée n’a plus le droit d’envoyer des annonces
            [approver_left] la personne qui l’a approuvée n’en a plus le droit, et l’approbation ne compte plus
            [content_changed] ce n’est plus ce qui a été approuvé
           *[other] elle n’a pas pu commencer telle quelle ({ $reason })
        }.

        Veuillez l’examiner (annonce { $id }) : envoyez-la, programmez-la à nouveau ou annulez-la.
    .button = -

mail-webhook_gone = Le webhook « { $description } » est désactivé : il n’existe plus
    .body =
        Le point de réception « { $description } » ({ $host }) de { $community } a répondu qu’il n’existe plus (410). Plus rien ne lui est envoyé, et ce qui l’attendait est abandonné.

        S’il a changé d’adresse, veuillez la corriger dans le portail et le réactiver. Si plus personne n’en a besoin, veuillez le supprimer.
    .button = -

mail-webhook_failing = Le webhook « { $description } » est désactivé : il ne répond plus depuis cinq jours
    .body =
        Depuis cinq jours, rien de ce que { $community } a envoyé au point de réception « { $description } » ({ $host }) n’y est parvenu. Plus rien ne lui est envoyé, et ce qui l’attendait est abandonné.

        La cause figure dans la liste de ses envois. Une fois le problème résolu, veuillez le réactiver ; les événements peuvent être renvoyés un par un.
    .button = -

mail-hand_over = Transmission du mandat jusqu’au { DAY($day) } : { $organisation }
    .body =
        Le mandat de { $applicant } ({ $organisation }) passe à { $successor }. Jusqu’au { DAY($day) }, vous êtes tous deux en fonction ; ensuite, le mandat de { $applicant } prend fin de lui-même.

        { $given ->
            [yes] Motif indiqué : { $reason }
           *[no] {""}
        }
    .button = -

mail-hand_over_cancelled = { $organisation } : la transmission du mandat de { $applicant } est annulée
    .body =
        Le mandat de { $applicant } ({ $organisation }) devait passer à { $successor }. La personne qui avait engagé cette transmission n’a plus le droit de transmettre des mandats ; elle est donc annulée : vous restez tous deux en fonction, et le mandat prend fin quand il aurait pris fin sans elle.

        Si la transmission est toujours souhaitée, veuillez demander à un coordonnateur ({ $organisation }) ou au Secrétariat de l’engager à nouveau.
    .button = -

mail-invitations_withdrawn = { $organisation } : des invitations sont retirées
    .body =
        { $inviter } n’a plus le droit d’inviter de nouveaux contacts ({ $organisation }). Les invitations restées sans réponse sont retirées ({ $count }) et leurs liens ne fonctionnent plus.

        Veuillez examiner les invitations retirées et inviter à nouveau les personnes qui doivent devenir contacts ({ $organisation }).
    .button = -

mail-invitation_accepted = { $applicant } a accepté votre invitation
    .body =
        { $applicant } est désormais contact ({ $organisation }) et figure dans l’annuaire de { $community }.
    .button = -

# Qui invite est dit par sa fonction, jamais par son nom : personne n’a vérifié l’adresse à laquelle l’invitation est envoyée.
inviter = { $inviter ->
        [secretariat] Le Secrétariat
       *[coordinator] La coordination de l’administration ({ $organisation_fr })
    }
given-by = { $inviter ->
        [secretariat] le Secrétariat
       *[coordinator] la coordination de l’administration ({ $organisation_fr })
    }
mail-invitation = Invitation à rejoindre { $community }
    .body =
        { inviter } vous invite à rejoindre { $community } en tant que contact ({ $organisation_fr }). Les contacts s’y retrouvent dans un annuaire et sont informés de ce qui les concerne.

        Le lien ci-dessous vous permet d’accepter ; il ne sert qu’une fois et reste valable jusqu’au { DAY($day) }. Si vous ne souhaitez pas participer, il n’y a rien à faire.

        Vos nom, fonction, organisation, adresse professionnelle et langues nous ont été communiqués par { given-by } pour le fonctionnement de ce réseau de contacts. Les contacts actifs de la communauté les voient ; votre téléphone, seulement les personnes que vous autorisez. Elles sont conservées tant que vous êtes contact, puis { $days } jours, et vous pouvez vous-même les consulter, corriger, exporter et supprimer. En savoir plus : { $url }/privacy
    .button = Accepter l’invitation

mail-invitation_reminder = Rappel : invitation à rejoindre { $community }
    .body =
        { inviter } vous a invité(e) à rejoindre { $community } en tant que contact ({ $organisation_fr }), et vous n’avez pas encore répondu. Ce nouveau lien est valable jusqu’au { DAY($day) } ; le précédent ne fonctionne plus.

        Vos nom, fonction, organisation, adresse professionnelle et langues nous ont été communiqués par { given-by } pour le fonctionnement de ce réseau de contacts. Les contacts actifs de la communauté les voient ; votre téléphone, seulement les personnes que vous autorisez. Elles sont conservées tant que vous êtes contact, puis { $days } jours, et vous pouvez vous-même les consulter, corriger, exporter et supprimer. En savoir plus : { $url }/privacy
    .button = Accepter l’invitation

mail-reset_password = Choisissez un nouveau mot de passe
    .body =
        Un nouveau mot de passe a été demandé pour votre compte auprès de { $community }. Le lien ci-dessous vous permet d’en choisir un.

        Le lien ne sert qu’une fois et reste valable { $minutes } minutes. Si vous n’avez rien demandé, ignorez ce message : votre mot de passe ne change pas.
    .button = Choisir un nouveau mot de passe

mail-password_changed = Votre mot de passe a été modifié
    .body =
        Le mot de passe de votre compte auprès de { $community } a été modifié le { DAY($time) } à { HOUR($time) } UTC, et vos autres sessions ont été fermées.{ COUNT($tokens) ->
            [0] {""}
            [one] {" "}Un de vos jetons d’API a également été révoqué.
           *[other] {" "}{ $tokens } de vos jetons d’API ont également été révoqués.
        }

        Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail) et prévenez le Secrétariat.
    .button = -

mail-access_ended = Des sessions de votre compte ont été fermées
    .body =
        { $by ->
            [secretariat] Le Secrétariat
           *[other] Une personne connectée à votre compte
        } a mis fin aux autres accès à votre compte auprès de { $community } : { COUNT($sessions) ->
            [one] { $sessions } session
           *[other] { $sessions } sessions
        } et { COUNT($tokens) ->
            [one] { $tokens } jeton d’API
           *[other] { $tokens } jetons d’API
        }. Les programmes qui utilisaient un tel jeton ont besoin d’un nouveau jeton.

        { $by ->
            [secretariat] Vous pouvez vous connecter à nouveau comme d’habitude. Si vous ne savez pas pourquoi cela a été fait, adressez-vous au Secrétariat.
           *[other] Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail) et prévenez le Secrétariat.
        }
    .button = -

mail-new_login = Connexion à votre compte depuis un nouvel endroit
    .body =
        Le { DAY($time) } à { HOUR($time) } UTC, quelqu’un s’est connecté à votre compte auprès de { $community } depuis le réseau { $network } avec { $program ->
            [unknown] un programme inconnu
           *[other] « { $program } »
        }. Personne ne s’était connecté de là auparavant.

        Si c’était vous, il n’y a rien à faire. Sinon, choisissez aussitôt un nouveau mot de passe (« Mot de passe oublié » sur le portail) et prévenez le Secrétariat.
    .button = -

mail-login_after_failures = Connexion à votre compte après plusieurs mots de passe erronés
    .body =
        Le { DAY($time) } à { HOUR($time) } UTC, quelqu’un s’est connecté à votre compte auprès de { $community } depuis le réseau { $network } avec { $program ->
            [unknown] un programme inconnu
           *[other] « { $program } »
        }, après plusieurs essais avec un mot de passe erroné.

        Si c’était vous, il n’y a rien à faire. Sinon, choisissez aussitôt un nouveau mot de passe (« Mot de passe oublié » sur le portail) et prévenez le Secrétariat.
    .button = -

mail-refresh_reuse = Une de vos sessions a été fermée par précaution
    .body =
        Le { DAY($time) } à { HOUR($time) } UTC, un secret d’une de vos sessions auprès de { $community } a servi deux fois. Quelqu’un l’a peut-être copié ; le portail a donc fermé cette session.

        Veuillez vous connecter de nouveau. Si cela se répète, ou si vous n’en connaissez pas la cause, choisissez un nouveau mot de passe et prévenez le Secrétariat.
    .button = -

mail-factor_added = Un second facteur a été ajouté à votre compte
    .body =
        Le { DAY($time) } à { HOUR($time) } UTC, un second facteur a été ajouté à votre compte auprès de { $community } : une application d’authentification ou une clé d’accès.

        Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe (« Mot de passe oublié » sur le portail) et prévenez le Secrétariat.
    .button = -

mail-factor_removed = Un second facteur a été retiré de votre compte
    .body =
        Le { DAY($time) } à { HOUR($time) } UTC, un second facteur a été retiré de votre compte auprès de { $community }.{ COUNT($tokens) ->
            [0] {""}
            [one] {" "}Un de vos jetons d’API, créé grâce à lui, a également été révoqué.
           *[other] {" "}{ $tokens } de vos jetons d’API, créés grâce à lui, ont également été révoqués.
        }

        Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe (« Mot de passe oublié » sur le portail) et prévenez le Secrétariat.
    .button = -

mail-recovery_code_used = Un code de secours a été utilisé
    .body =
        Un code de secours de votre compte auprès de { $community } a servi à se connecter. Il vous reste { $left } codes.

        Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe (« Mot de passe oublié » sur le portail), créez de nouveaux codes de secours et prévenez le Secrétariat.
    .button = -

mail-recovery_codes_made = De nouveaux codes de secours ont été créés
    .body =
        Le { DAY($time) } à { HOUR($time) } UTC, de nouveaux codes de secours ont été créés pour votre compte auprès de { $community }. Les anciens ne sont plus valables.

        Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe (« Mot de passe oublié » sur le portail) et prévenez le Secrétariat.
    .button = -

mail-factors_reset = Recommencez avec votre compte
    .body =
        Le Secrétariat de { $community } a retiré les seconds facteurs de votre compte, qui seraient perdus. Votre mot de passe ne fonctionne plus et vos sessions sont fermées. Le motif indiqué :

        { $reason }

        Veuillez choisir un nouveau mot de passe avec le lien ci-dessous ; il est valable { $minutes } minutes, ensuite « Mot de passe oublié » en donne un autre. Puis connectez-vous et ajoutez un second facteur. Si vous ne l’aviez pas demandé, prévenez aussitôt le Secrétariat.
    .button = Choisir un nouveau mot de passe

mail-address_change_asked = Votre adresse va être changée
    .body =
        Quelqu’un qui est connecté à votre compte auprès de { $community } a demandé de le rattacher à une autre adresse électronique. Il le sera quand cette adresse aura été confirmée.

        Si ce n’était pas vous, annulez-le avec le lien ci-dessous. Il est valable { $days } jours, même après le changement, et ferme toutes les sessions du compte.
    .button = Garder cette adresse

mail-account_leaving = Votre compte va être effacé
    .body =
        Quelqu’un qui est connecté à votre compte auprès de { $community } a demandé de l’effacer. Vos mandats ont pris fin, vous ne figurez plus dans l’annuaire, et le { DAY($day) } toutes les données personnelles seront effacées définitivement. D’ici là, personne ne peut se connecter.

        Si ce n’était pas vous, ou si vous avez changé d’avis, gardez le compte avec le lien ci-dessous. Il est valable jusqu’au { DAY($day) }.
    .button = Garder mon compte

mail-account_kept = Votre compte est conservé
    .body =
        Votre compte auprès de { $community } ne sera pas effacé. Vos mandats restent terminés : pour figurer de nouveau dans l’annuaire, adressez-vous à votre coordonnateur ou au Secrétariat.

        Si ce n’est pas vous qui aviez demandé l’effacement, changez votre mot de passe dès maintenant.
    .button = Choisir un nouveau mot de passe

mail-confirm_address = Veuillez confirmer votre nouvelle adresse électronique
    .body =
        Vous avez demandé d’utiliser cette adresse pour votre compte auprès de { $community }. Veuillez confirmer qu’elle est la vôtre : d’ici là, rien ne change.

        Le lien ne sert qu’une fois et est valable { $hours } heures. Si vous n’avez rien demandé, ignorez ce message.
    .button = Confirmer mon adresse

mail-address_changed = Votre adresse est changée
    .body =
        Votre compte auprès de { $community } est désormais rattaché à cette adresse. Connectez-vous avec elle dorénavant.
    .button = -

mail-address_change_undone = Votre ancienne adresse est rétablie
    .body =
        Le changement d’adresse de votre compte auprès de { $community } a été annulé. Par précaution, toutes les sessions ont été fermées et le mot de passe ne fonctionne plus.

        Veuillez choisir un nouveau mot de passe avec le lien ci-dessous ; il est valable { $minutes } minutes, ensuite « Mot de passe oublié » en donne un autre.
    .button = Choisir un nouveau mot de passe

mail-contact_confirmed = { $organisation } : votre fiche a été confirmée
    .body =
        Un responsable ({ $organisation }) ou le Secrétariat a confirmé que votre fiche dans l’annuaire de { $community } est toujours exacte.

        Veuillez la vérifier dans votre profil et y corriger ce qui n’est plus exact.
    .button = -

mail-mandate_changed = { $organisation } : la fin de votre mandat a été modifiée
    .body =
        { $ends ->
            [yes] Un responsable a fixé la fin de votre mandat ({ $organisation }) dans { $community } au { DAY($day) }.
           *[no] Un responsable a supprimé la date de fin de votre mandat ({ $organisation }) dans { $community }.
        }

        Si cela n’est pas exact, veuillez vous adresser aux coordonnateurs de votre administration ou au Secrétariat.
    .button = -

mail-contact_changed = Votre fiche dans l’annuaire a été modifiée
    .body =
        { $by ->
            [secretariat] Le Secrétariat a modifié
           *[coordinator] Un coordonnateur ({ $organisation }) a modifié
        } votre fiche ({ $organisation }) dans l’annuaire de { $community }. Ont été modifiés : { $fields }.

        Veuillez la vérifier dans votre profil. Si elle n’est pas exacte, corrigez-la et demandez aux coordonnateurs de votre administration ou au Secrétariat pourquoi elle a été modifiée.
    .button = -

mail-account_suspended = Votre compte est suspendu
    .body =
        Le Secrétariat a suspendu votre compte auprès de { $community } : vous ne pouvez pas vous connecter et l’annuaire ne vous montre pas. Le motif indiqué :

        { $reason }

        Veuillez vous adresser au Secrétariat si vous pensez que c’est une erreur.
    .button = -

mail-account_reinstated = Votre compte est rétabli
    .body =
        Votre compte auprès de { $community } n’est plus suspendu. Vous pouvez de nouveau vous connecter et l’annuaire vous montre.
    .button = -

mail-wrong_codes = Quelqu’un connaît votre mot de passe
    .body =
        Jusqu’au { DAY($time) } à { HOUR($time) } UTC, quelqu’un qui connaît votre mot de passe a essayé de se connecter à votre compte auprès de { $community } et a échoué plusieurs fois au second facteur. Aucun code n’est accepté pendant un moment.

        Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe (« Mot de passe oublié » sur le portail) et prévenez le Secrétariat.
    .button = -

mail-token_made = Un jeton d’API a été créé pour votre compte
    .body =
        Un jeton d’API nommé « { $token } » a été créé pour votre compte auprès de { $community }. Quiconque le détient peut accéder au portail en votre nom, dans les limites que vous avez choisies.

        Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe (« Mot de passe oublié » sur le portail), ce qui annule tous les jetons, et prévenez le Secrétariat.
    .button = -

## Réponses identiques quoi que l'on sache

answer-registered = Merci. Si l’adresse peut être inscrite, un message contenant un lien lui a été envoyé. Veuillez suivre ce lien pour confirmer l’adresse et choisir votre mot de passe.
answer-forgot = Si cette adresse a un compte, un message contenant un lien lui a été envoyé.
answer-address = Merci. Si l’adresse peut être utilisée, un message avec un lien est en route vers elle. Votre adresse reste la même tant que ce lien n’a pas été suivi.

## Pages

page-foot = Réponses en anglais et en français, selon votre navigateur.
page-home = Bienvenue
    .body = Voici le portail de { $community }. Les membres y accèdent par son interface de programmation, décrite ici.
page-verify = Confirmez votre adresse
    .body =
        Voici la demande qui a été faite avec votre adresse : { application }

        { application-contact }

        { application-nomination }

        Choisissez un mot de passe pour votre compte et confirmez : la demande parvient alors à ceux qui en décident, les coordonnateurs de votre administration ou le Secrétariat. Si vous n’avez rien demandé, ou si ce n’est pas ce que vous avez saisi, fermez cette page : rien ne se passera.
    .button = Confirmer mon adresse
page-verify-again = Confirmez votre demande
    .body =
        Voici la demande qui a été faite avec votre adresse : { application }

        { application-nomination }

        L’adresse a déjà un compte. Le nom et le mot de passe de ce compte, et ce que dit son contact, ne changent pas ; vous vous connectez comme auparavant. Par ce bouton, la demande parvient à ceux qui en décident, les coordonnateurs de votre administration ou le Secrétariat. Si vous n’avez rien demandé, ou si ce n’est pas ce que vous avez saisi, fermez cette page : rien ne se passera.
    .button = Confirmer ma demande
application = { $applicant }, { $organisation } ({ $role ->
        [coordinator] { role-coordinator }
       *[other] { role-ncp }
    }).
application-contact = Votre contact indiquera : titre du poste : { $job_title } ; téléphone : { $phone } ; langues : { $languages }.
application-nomination = Nommé(e) par : { $official } ; référence de la lettre de nomination : { $reference }.
page-verified = Merci, votre adresse est confirmée
    .body = Votre demande est maintenant entre les mains de ceux qui en décident, les coordonnateurs de votre administration ou le Secrétariat. Vous serez informé(e) par courriel dès qu’elle sera traitée. { how-to-log-in } D’ici là, seul votre propre compte vous est ouvert.
page-failed = Cela n’a pas fonctionné
    .body = Si votre lien est trop ancien, présentez une nouvelle demande ou demandez un nouveau lien.
page-forgot = Mot de passe oublié ?
    .body = Indiquez l’adresse avec laquelle vous vous connectez. Si elle a un compte, nous vous envoyons un lien pour choisir un nouveau mot de passe.
    .button = M’envoyer un lien
page-forgot-sent = Veuillez consulter votre messagerie
    .body = Si cette adresse a un compte, un message contenant un lien lui a été envoyé. Le lien n’est valable que peu de temps.
page-reset = Choisissez un nouveau mot de passe
    .body = Toutes vos sessions se ferment lorsque le mot de passe change ; vous vous connectez alors de nouveau.
    .button = Changer mon mot de passe
page-reset-done = Votre mot de passe est modifié
    .body = Vous pouvez maintenant vous connecter.
page-confirm-address = Confirmer votre nouvelle adresse
    .body = Un clic, et votre compte est rattaché à cette adresse.
    .button = Confirmer mon adresse
page-address-confirmed = Votre adresse est changée
    .body = Connectez-vous dorénavant avec la nouvelle adresse.
page-undo-address = Garder votre ancienne adresse
    .body = Le changement d’adresse est annulé, toutes les sessions du compte sont fermées et vous recevez un lien pour choisir un nouveau mot de passe.
    .button = Garder cette adresse
page-address-restored = Votre ancienne adresse est rétablie
    .body = Un message avec un lien pour choisir un nouveau mot de passe est en route vers elle.
page-keep-account = Garder votre compte
    .body = Un clic, et votre compte n’est pas effacé. Vos mandats restent terminés.
    .button = Garder mon compte
page-account-kept = Votre compte est conservé
    .body = Vous pouvez de nouveau vous connecter. Pour figurer de nouveau dans l’annuaire, adressez-vous à votre coordonnateur ou au Secrétariat.
page-invitation = Accepter l’invitation
    .body =
        Vous avez été invité(e) à rejoindre { $community } en tant que contact de votre organisation. Si vous acceptez, vous figurerez dans son annuaire, que consultent les autres contacts.
    .button = Accepter
page-invitation-accepted = Bienvenue
    .body = Vous avez accepté l’invitation de { $community } et figurez désormais dans son annuaire. { how-to-log-in }{ $role ->
        [coordinator] {" "}{ second-factor }
       *[other] {""}
    }
page-invitation-waits = Merci
    .body = Vous avez accepté l’invitation de { $community }. Votre mandat attend encore l’approbation du Secrétariat ; un courriel vous dira quand il sera en vigueur. { how-to-log-in } D’ici là, seul votre propre compte vous est ouvert.
how-to-log-in = { $password ->
    [chosen] Vous pouvez vous connecter avec le mot de passe que vous venez de choisir.
   *[kept] Vous vous connectez comme auparavant.
    }
page-confirm-contact = Confirmer votre inscription
    .body =
        Par ce bouton, vous indiquez que vous êtes toujours le contact de votre organisation auprès de { $community } et que votre inscription dans l’annuaire est exacte.
    .button = Oui, elle est exacte
page-contact-confirmed = Merci
    .body = Votre inscription est confirmée pour une année.
page-unsubscribe = Quitter ce thème
    .body =
        Avec ce bouton, vous ne recevrez plus d’annonces sur « { $topic } ». Les avis officiels de { $community } continuent de vous parvenir.

        Vous pouvez revenir sur ce choix à tout moment dans votre profil.
    .button = Quitter « { $topic } »
page-unsubscribe-all = Quitter tous les thèmes
    .body = Avec ce bouton, vous ne recevrez plus que les avis officiels de { $community }, et aucune autre annonce.
    .button = Quitter tous les thèmes
page-unsubscribed = Vous avez quitté « { $topic } »
    .body = Aucune annonce à ce sujet ne vous parviendra plus, pas même celles qui sont en chemin vers d’autres.
page-unsubscribe-closed = Ce lien n’est pas valable
    .body = Il figure dans un courriel qui date, dans un essai, ou il a été coupé. Un courriel plus récent en contient un bon. Avec votre compte, vous choisissez à tout moment ce que vous recevez (PUT /api/v1/me/subscriptions).
page-unsubscribed-all = Vous avez quitté tous les thèmes
    .body = Désormais, vous ne recevez que les avis officiels.
link-unsubscribe-all = Ou quitter tous les thèmes
page-announcement = Annonce
    .button = J’ai lu cette annonce
page-announcement-acknowledged = Merci
    .body = Il est noté que vous avez lu cette annonce.
page-announcement-closed = Cette annonce ne vous est pas ouverte
    .body = Cette annonce est réservée à ses destinataires, ou bien le lien n’est plus valable. Si vous en faites partie, suivez le lien de votre courriel en entier, ou lisez-la avec votre compte (GET /api/v1/announcements).
feed-announcements = Annonces de { $community }
page-subscriptions = Comment vous recevez les annonces
    .body = Choisissez à quelle fréquence les annonces de { $community } vous parviennent, et sur quoi. Les avis officiels n’ont pas de thème et vous parviennent toujours aussitôt.
    .button = Conserver ce choix
page-subscriptions-chosen = Votre choix est conservé
    .body = Il vaut dès maintenant. Vous pouvez le modifier par le même lien ou dans votre profil.
choices-digest = À quelle fréquence
choices-topics = Sur quoi
choice-digest-at_once = Chaque annonce aussitôt
choice-digest-daily = Une fois par jour, ensemble
choice-digest-weekly = Le lundi, ensemble
page-privacy = Vos données
    .body =
        { $community } est un réseau de contacts désignés par leurs administrations. À cette fin, nous conservons vos nom, fonction, organisation, adresse professionnelle, langues et domaines de compétence, ainsi que ce qui permet votre connexion. Ces données proviennent de votre administration ou de vous-même.

        Les contacts actifs de la communauté voient votre inscription ; votre téléphone n’est visible que des personnes que vous autorisez. Le Secrétariat et les coordonnateurs de votre propre organisation la gèrent. Rien n’est vendu ni transmis à des tiers.

        Durées de conservation : les candidatures dont l’adresse n’a pas été confirmée, { $unverified } jours ; les invitations sans suite, { $invitations } jours après leur expiration ; les candidatures sans suite, { $applications } jours ; une inscription, { $contacts } jours après sa fin ; les lettres de désignation, { $letters } jours après le mandat ; le réseau depuis lequel vous vous êtes connecté(e), { $networks } jours ; à qui quel courriel a été envoyé, { $mails } jours. Le journal des actions reste, et ne nomme personne. Un compte que vous demandez d’effacer est fermé aussitôt et effacé après { $grace } jours.

        Vous pouvez consulter, corriger, exporter et supprimer tout ce qui est conservé à votre sujet : connectez-vous, ou écrivez au Secrétariat.
page-setup = Créer l’administrateur
    .body = Le détenteur de ce lien devient administrateur de { $community }. Le lien ne sert qu’une fois.
    .button = Créer
page-setup-done = L’administrateur est créé
    .body = Vous pouvez maintenant vous connecter avec cette adresse et ce mot de passe (POST /api/v1/auth/login). { second-factor }
field-name = Nom
    .hint = -
field-email = Adresse électronique
    .hint = -
field-password = Mot de passe
    .hint = Au moins { $min } caractères. Plusieurs mots conviennent bien et se retiennent facilement.
link-docs = Description de l’interface
link-privacy = Vos données
link-forgot = Mot de passe oublié ?

## Mots de l'annuaire, et têtes de ses tableaux

changed-job_title = la fonction
changed-job_title_audience = qui voit la fonction
changed-phone = le numéro de téléphone
changed-phone_audience = qui voit le numéro de téléphone
changed-email_audience = qui voit l’adresse électronique
changed-languages = les langues
changed-languages_audience = qui voit les langues
changed-technologies = les technologies
changed-technologies_audience = qui voit les technologies
confirmation-confirmed = Confirmé
confirmation-due = À confirmer
confirmation-unconfirmed = Non confirmé
role-secretariat = Secrétariat
role-coordinator = Coordonnateur
role-ncp = Point de contact national
role-contributor = Contributeur
role-partner = Partenaire
role-auditor = Auditeur
region-AMS = Amériques et Caraïbes
region-EUR = Europe
region-ESA = Afrique orientale et australe
region-WCA = Afrique occidentale et centrale
region-MENA = Afrique du Nord, Proche et Moyen-Orient
region-AP = Asie et Pacifique
column-name = Nom
column-job_title = Fonction
column-role = Rôle (code)
column-role_name = Rôle
column-member = Membre (code)
column-member_name = Membre
column-region = Région (code)
column-region_name = Région
column-email = Adresse électronique
column-phone = Téléphone
column-languages = Langues (codes)
column-technologies = Technologies (codes)
column-technology_names = Technologies
column-confirmation = Confirmation
column-confirmed_at = Confirmé le
column-updated_at = Modifié
column-language = Langue
column-preferred = Langue préférée
column-state = État
column-attempts = Essais
column-last_code = Dernier code
column-last_status = Dernier statut
column-last_reply = Dernière réponse
column-sent_at = Envoyé le
column-bounced_at = Revenu le
column-bounce_kind = Nature du retour
column-bounce_status = Code du retour
column-acknowledged_at = Accusé de lecture le
column-id = Identifiant

## Ce que l'on dit à un logiciel de carnet d'adresses

carddav-malformed = Cette requête n’est pas comprise.
carddav-too-many = Il y a plus de contacts que l’on n’en énumère à la fois. Utilisez sync-collection, qui procède par pages.
carddav-properties = Cette requête demande plus de propriétés qu’il n’en est donné. Demandez-en moins, ou celles qu’ont les contacts.
carddav-sync-token = Ce jeton est trop ancien, ou ce que vous pouvez voir a changé. Recommencez sans lui.
carddav-depth = Demandez avec Depth: 0 ou 1.
carddav-read-only = Ce carnet d’adresses est en lecture seule. Les contacts se modifient dans le portail.
carddav-unsupported = Le carnet d’adresses n’offre pas cela.

## Problèmes : problem-<code> est le titre, .detail ce qui s'est passé et que faire

problem-internal = Une erreur est survenue
    .detail = Le portail n’a pas pu effectuer cette opération, et vous n’y êtes pour rien. Veuillez réessayer plus tard ; si l’erreur persiste, communiquez l’identifiant de la requête au Secrétariat.
problem-not_found = Introuvable
    .detail = Il n’y a rien ici, ou rien que vous puissiez voir.
problem-method_not_allowed = Impossible ici
    .detail = Cette adresse n’accepte pas cette méthode.
problem-bad_request = Requête incomprise
    .detail = La requête est mal formée.
problem-bad_query = Un paramètre est incorrect
    .detail = Veuillez corriger les paramètres indiqués ci-dessous.
problem-malformed_json = Ce n’est pas du JSON
    .detail = Le contenu s’interrompt ou comporte une faute à la ligne { $line }, colonne { $column }.
problem-invalid = Veuillez corriger votre saisie
    .detail = Les champs indiqués ci-dessous ne peuvent être acceptés tels quels. Rien n’a été modifié.
problem-media_type = Type de contenu incorrect
    .detail = Le contenu est attendu sous la forme { $wanted }.
problem-too_large = Trop volumineux
    .detail = { $limit ->
        [unknown] Le contenu dépasse ce que le portail accepte.
       *[other] Le contenu dépasse ce que le portail accepte ici : { $limit } octets au plus.
    }
problem-too_slow = Trop lent
    .detail = La requête a mis trop de temps à arriver. Veuillez réessayer.
problem-broken_body = Contenu interrompu
    .detail = La requête n’est pas arrivée entière. Veuillez réessayer.
problem-busy = Trop de demandes en ce moment
    .detail = Le portail est très sollicité. Veuillez réessayer dans quelques secondes ; rien n’a été modifié.
problem-too_many_connections = Trop de connexions
    .detail = Votre adresse a trop de connexions ouvertes. Veuillez en fermer, patienter quelques secondes et réessayer.
problem-work_under_way = Une chose à la fois
    .detail = Un de vos imports, exports ou envois de fichiers est encore en cours. Veuillez attendre qu’il se termine, ou l’annuler, puis réessayer.
problem-database_unreachable = Momentanément hors service
    .detail = Le portail n’accède pas à ses données. Veuillez réessayer dans quelques secondes.
problem-login_required = Veuillez vous connecter
    .detail = Un jeton d’accès est nécessaire : connectez-vous et envoyez-le dans Authorization: Bearer.
problem-token_invalid = Veuillez vous reconnecter
    .detail = Le jeton d’accès n’est pas l’un des nôtres.
problem-token_expired = Veuillez renouveler votre session
    .detail = Le jeton d’accès a expiré. Utilisez le jeton de renouvellement pour en obtenir un autre.
problem-rights_changed = Vos droits ont changé
    .detail = Ce que vous pouvez faire ici vient de changer. Rien n’a été enregistré. Veuillez vérifier vos désignations et réessayer.
problem-session_ended = Votre session est terminée
    .detail = Veuillez vous reconnecter.
problem-refresh_token_invalid = Votre session est terminée
    .detail = Le jeton de renouvellement est utilisé, expiré ou inconnu. Veuillez vous reconnecter.
problem-wrong_credentials = Adresse ou mot de passe incorrect
    .detail = Veuillez vérifier les deux. Si vous avez oublié votre mot de passe, demandez un lien pour en choisir un autre. Une nouvelle demande doit d’abord avoir confirmé son adresse.
problem-awaiting_approval = Votre demande est en attente
    .detail = Personne n’a encore statué sur votre demande ; un coordonnateur de votre administration le fera, ou le Secrétariat. Vous serez informé(e) par courriel ; d’ici là, seul votre profil vous est ouvert.
problem-no_active_appointment = Aucune désignation en vigueur
    .detail = Vous n’avez actuellement aucune désignation en vigueur. Veuillez vous adresser à votre administration ou au Secrétariat.
problem-secretariat_only = Réservé au Secrétariat
    .detail = Cette opération est réservée au Secrétariat.
problem-decided_at_appointments = Cette liste est celle du Secrétariat
    .detail = Coordonnateur, vous trouvez les candidatures auprès de votre administration sous /api/v1/appointments?status=pending, où vous en décidez.
problem-own_case = Pas pour vous-même
    .detail = Nul ne statue dans son propre cas, que ce soit une demande ou une invitation. Veuillez vous adresser à un collègue.
problem-invite_instead = Veuillez inviter cette personne
    .detail = Cette personne n’a jamais eu de désignation dans votre organisation et doit d’abord donner son accord. Veuillez l’inviter par courriel : la désignation entre en vigueur dès que l’invitation est acceptée.
problem-not_pending = Déjà traité
    .detail = Cette demande n’attend pas de décision (état : { $status }).
problem-already_sent = Déjà envoyée
    .detail = Des courriels de cette annonce sont partis : elle ne peut plus être modifiée. Rédigez-en une nouvelle ; ce qui n’est pas parti peut être annulé.
problem-acknowledgement_not_asked = Aucun accusé demandé
    .detail = Cette annonce ne demande pas à ses lecteurs de confirmer qu’ils l’ont lue.
problem-deliveries_gone = Plus conservé
    .detail = Les destinataires de chaque courriel de cette annonce ne sont plus conservés. Le résumé indique toujours leur nombre.
problem-announcement_not_possible_now = Impossible pour l’instant
    .detail = L’annonce est { $status ->
            [draft] à l’état de brouillon
            [submitted] en attente d’approbation
            [approved] approuvée
            [scheduled] programmée
            [sending] en cours d’envoi
            [paused] en pause
            [sent] envoyée
            [cancelled] annulée
            [held] retenue
           *[other] dans l’état { $status }
        }, et « { $event } » n’est pas possible dans cet état. Ce qui l’est : { $possible }.
problem-not_a_draft = Seuls les brouillons se suppriment
    .detail = Ce qui a été soumis, approuvé ou programmé redevient un brouillon quand on le modifie (PATCH) ; ce qui a commencé peut être annulé, et reste.
problem-approval_needed = Une seconde personne doit approuver
    .detail = Cette annonce s’adresse à { $count } contacts ; une personne peut écrire seule à { $max } contacts, en une annonce ou en toutes celles de 24 heures. Au-delà, l’approbation d’une seconde personne du Secrétariat est requise : soumettez-la.
problem-second_person_needed = Quelqu’un d’autre doit approuver
    .detail = Qui a rédigé ou soumis une annonce ne l’approuve pas. Veuillez vous adresser à un collègue du Secrétariat.
problem-content_changed = Le contenu a changé
    .detail = L’annonce n’est plus celle qui a été soumise ou lue. Relisez-la, puis soumettez ou approuvez ce qu’elle dit maintenant.
problem-language_missing = Une langue manque
    .detail = Elle ne peut être envoyée sans texte en : { $languages }. Rédigez-le, ou retirez la langue de required_languages.
problem-no_recipients = Aucun destinataire
    .detail = Aucun contact ne correspond à ce public. Veuillez l’élargir ; le brouillon est conservé.
problem-idempotency_key_malformed = Cette clé Idempotency-Key est illisible
    .detail = Envoyez une seule clé de 1 à { $max } caractères ASCII visibles, de préférence un UUID aléatoire, avec ou sans guillemets.
problem-idempotency_key_reused = Cette clé Idempotency-Key a servi à une autre requête
    .detail = Au cours des dernières 24 heures, vous avez envoyé une autre requête avec la même clé. Choisissez une nouvelle clé pour chaque requête, et ne renvoyez la même clé qu’avec exactement la même requête.
problem-request_in_progress = La même requête est en cours d’exécution
    .detail = Une requête portant cette clé Idempotency-Key n’est pas encore terminée. Renvoyez-la dans un instant : vous recevrez sa réponse.
problem-too_many_webhooks = Trop de webhooks
    .detail = Il existe déjà { $max } points de réception, ce qui est le maximum. Veuillez en supprimer un dont personne n’a besoin.
problem-webhook_disabled = Ce webhook est désactivé
    .detail = Rien n’est envoyé à ce point de réception. Activez-le d’abord.
problem-delivery_pending = Envoi en cours
    .detail = L’événement est envoyé en ce moment même. Veuillez regarder dans une minute ce qu’il en est advenu.
problem-account_exists = Cette adresse a un compte
    .detail = Veuillez utiliser une autre adresse ou vous connecter avec celle-ci.
problem-already_exists = Existe déjà
    .detail = Un élément portant la même clé existe déjà. Rien n’a été modifié.
problem-too_many_attempts = Trop d’essais
    .detail = Veuillez patienter { $seconds } secondes et réessayer. Personne n’est bloqué : l’attente se termine d’elle-même.
problem-scope_missing = Hors de la portée de ce jeton
    .detail = Le jeton d’API n’a pas été créé pour cela. Créez-en un avec la portée voulue, ou connectez-vous.
problem-mfa_required = Un second facteur est nécessaire
    .detail = Votre rôle demande deux facteurs. Ajoutez une application d’authentification ou une clé d’accès à votre compte (POST /api/v1/me/mfa/totp), ou reconnectez-vous avec celui que vous avez.
problem-auditors_only = Réservé aux auditeurs
    .detail = Ceci est réservé au Secrétariat, aux auditeurs et aux coordonnateurs. Ce qui vous concerne se trouve sous /api/v1/me/audit.
problem-reauth_required = Veuillez prouver de nouveau votre identité
    .detail = Ceci demande une connexion vieille de { $seconds } secondes au plus. Envoyez votre mot de passe, et votre second facteur, à /api/v1/me/reauthenticate.
problem-own_account = Pas sur votre propre compte
    .detail = Nul ne fait cela à son propre compte. Veuillez vous adresser à un collègue.
problem-cross_site = Depuis un autre site
    .detail = Le portail n’accepte de changements que de ses propres pages et de programmes, jamais de la page d’un autre site.
problem-headers_too_large = En-têtes trop volumineux
    .detail = L’ensemble des en-têtes d’une requête ne peut dépasser { $max } octets. Veuillez en envoyer moins, ou de plus courts.
problem-uri_too_long = Adresse trop longue
    .detail = L’adresse de cette demande est plus longue que toutes celles du portail.
problem-too_deep = Imbriqué trop profondément
    .detail = Objets et tableaux peuvent être imbriqués sur { $max } niveaux.
problem-too_many_values = Trop de valeurs
    .detail = Un contenu peut comporter { $max } valeurs en tout.
problem-challenge_invalid = Veuillez recommencer
    .detail = La connexion a été commencée il y a trop longtemps, ou est déjà terminée. Veuillez vous connecter de nouveau.
problem-wrong_code = Le code est erroné
    .detail = Veuillez saisir le code que l’application montre maintenant ; chacun ne sert qu’une fois. Un code de secours convient aussi.
problem-passkey_refused = La clé d’accès n’a pas été acceptée
    .detail = Elle n’est pas une des vôtres ici, n’a pas servi à temps ou ne vous a pas vérifié. Veuillez recommencer.
problem-passkeys_unavailable = Pas de clés d’accès ici
    .detail = Les clés d’accès demandent un portail atteint par un nom d’hôte. Veuillez utiliser une application d’authentification.
problem-factor_exists = Il y a déjà une application d’authentification
    .detail = Veuillez d’abord la retirer.
problem-nothing_to_confirm = Rien à confirmer
    .detail = Aucune application d’authentification n’attend son premier code. Veuillez recommencer.
problem-no_factor = Pas de second facteur
    .detail = Les codes de secours remplacent un second facteur, et il n’y en a pas. Veuillez d’abord ajouter une application d’authentification ou une clé d’accès.
problem-factor_required = Le dernier second facteur reste
    .detail = Votre rôle demande deux facteurs. Veuillez d’abord en ajouter un autre.
problem-password_too_short_alone = Le mot de passe est trop court sans second facteur
    .detail = Votre mot de passe a été choisi avec un second facteur à ses côtés, donc selon une règle plus courte. Veuillez d’abord choisir un nouveau mot de passe, puis retirer le facteur.
problem-too_many_tokens = Trop de jetons
    .detail = Vous avez { $max } jetons d’API, soit le maximum. Veuillez d’abord en annuler un.
problem-too_many_passkeys = Trop de clés d’accès
    .detail = Vous avez { $max } clés d’accès, soit le maximum. Veuillez d’abord en supprimer une.
problem-already_suspended = Déjà suspendu
    .detail = Ce compte est suspendu. Rien n’a été changé.
problem-not_suspended = Pas suspendu
    .detail = Ce compte n’est pas suspendu. Rien n’a été changé.
problem-account_suspended = Le compte est suspendu
    .detail = Le compte du demandeur est suspendu. Rétablissez-le d’abord, ou rejetez la demande.
problem-coordinators_only = Réservé aux coordonnateurs
    .detail = Les coordonnateurs s’en chargent pour leur propre organisation, le Secrétariat pour toutes.
problem-other_organisation = Ce n’est pas votre organisation
    .detail = Vous coordonnez une autre organisation. Adressez-vous à son coordonnateur ou au Secrétariat.
problem-field_hidden = La personne vous cache ce champ
    .detail = Vous ne voyez pas le champ { $field } de cette fiche et ne pouvez donc pas le modifier. Omettez-le et demandez à la personne de le modifier.
problem-audience_widened = Seule la personne montre un champ à davantage de lecteurs
    .detail = Pour la fiche d’autrui, vous pouvez restreindre qui voit le champ { $field }, mais non l’étendre. Omettez ce réglage et demandez à la personne de le modifier.
problem-if_match_required = Indiquez ce que vous avez modifié
    .detail = Lisez d’abord l’objet, puis envoyez son ETag dans If-Match, afin qu’aucune modification ne se perde.
problem-if_match_malformed = If-Match n’est pas compris
    .detail = Il contient un ou plusieurs ETag entre guillemets, tels qu’ils figuraient dans la réponse.
problem-changed_meanwhile = Modifié entre-temps
    .detail = Quelqu’un a modifié cet objet depuis votre lecture. Rien n’a été écrit. Relisez-le et recommencez.
problem-confirmation_needed = Veuillez d’abord confirmer votre inscription
    .detail = Votre inscription dans l’annuaire est à confirmer : personne ne l’a fait depuis trop longtemps, ou un courriel qui vous était destiné est revenu. Confirmez-la (POST /appointments/…/confirm, ou le lien reçu par courriel) et tout sera à nouveau accessible.
problem-not_possible_now = Impossible pour l’instant
    .detail = Le mandat est dans l’état { $status }, et { $event } ne vous est pas possible dans cet état.
problem-account_leaving = Ce compte va être effacé
    .detail = Son titulaire l’a demandé. Il sera effacé le { DAY($day) } ; d’ici là, le lien envoyé à son adresse permet de le garder.
problem-last_coordinator = Le dernier coordonnateur reste
    .detail = L’organisation n’aurait plus de coordonnateur. Désignez ou invitez d’abord une autre personne, ou adressez-vous au Secrétariat.
problem-last_administrator = Le dernier administrateur reste
    .detail = Plus personne ne gérerait le portail. Créez d’abord un autre administrateur.
problem-already_appointed = Déjà désigné
    .detail = Cette personne exerce déjà ce rôle dans cette organisation, ou est sur le point de le faire.
problem-too_many_applications = Vos autres candidatures d’abord
    .detail = { $max } de vos candidatures attendent une décision, soit le maximum. Retirez-en une, ou attendez que l’une soit tranchée.
problem-too_many_wait_there = Trop de candidatures y attendent
    .detail = { $max } candidatures attendent une décision dans cette organisation, soit le maximum. Veuillez réessayer dans quelques jours, ou vous adresser à son coordonnateur.
problem-already_invited = Déjà invité
    .detail = Une invitation à cette adresse est en cours. Renvoyez-la (POST /invitations/…/resend) ou retirez-la.
problem-appointment_over = C’est terminé
    .detail = Le mandat est dans l’état { $status }. Plus rien ne peut être modifié ; un nouveau mandat est possible.
problem-not_acceptable = Pas sous cette forme
    .detail = Ceci n’existe sous aucun des types que vous acceptez. Il y a JSON et, pour les contacts, CSV, XLSX, vCard et JSContact.
problem-too_many_rows = Trop pour un tableur
    .detail = Un tableur reçoit { $max } contacts. Précisez le filtre, ou prenez le CSV, qui n’a pas de limite.
problem-quota_used = C’est assez pour aujourd’hui
    .detail = Ce seraient { $rows } contacts. Vous pouvez en emporter { $max } en 24 heures, fichiers et carnets d’adresses ensemble, et il en reste { $left } aujourd’hui. { $fits ->
        [never] Autant ne s’obtiennent jamais en une fois : précisez le filtre, ou adressez-vous au Secrétariat.
       *[later] Précisez le filtre, ou revenez dans { $hours } h.
    } Les pages de l’annuaire vous restent ouvertes.
problem-seen_enough = C’est assez pour aujourd’hui
    .detail = Vous avez consulté { $max } contacts en 24 heures, soit le maximum. Veuillez revenir dans { $hours } h, ou demander au Secrétariat ce dont vous avez besoin.
problem-changes_forgotten = Veuillez recommencer
    .detail = C’était il y a trop longtemps, ou ce que vous pouvez voir a changé depuis. Recommencez sans jeton et remplacez ce que vous avez.
problem-program_login_required = Veuillez vous identifier
    .detail = Envoyez votre adresse électronique et, comme mot de passe, un jeton d’API autorisé à lire la communauté. Créez-en un dans le portail ; votre propre mot de passe ne sert pas ici.
problem-program_refused = Adresse ou jeton incorrect
    .detail = Le mot de passe est ici un jeton d’API du compte qui a cette adresse. Il a pu expirer ou être révoqué ; votre propre mot de passe ne sert pas ici.
problem-malformed_xml = Ce n’est pas le XML attendu ici
    .detail = Le corps est interrompu, imbriqué trop profondément, n’est pas en UTF-8 ou porte un type de document.
problem-plan_expired = Ce plan a expiré
    .detail = Un plan peut être exécuté dans l’heure qui suit l’essai. Veuillez envoyer la feuille de nouveau.
problem-plan_committed = Ce plan a déjà été exécuté
    .detail = Toutes les personnes qu’il contient sont invitées. Pour d’autres personnes, envoyez une autre feuille.
problem-plan_outdated = Quelque chose a changé entre-temps
    .detail = Ces lignes seraient jugées autrement à présent ; personne n’a donc été invité. Veuillez envoyer la feuille de nouveau et examiner le nouveau plan.
problem-link_spent = Ce lien n’est plus valable
    .detail = Il a été utilisé, a expiré ou a été remplacé par un plus récent. Veuillez en demander un nouveau.
problem-storage_unreachable = Fichiers momentanément hors d’atteinte
    .detail = Le portail ne peut atteindre l’endroit où sont conservés les fichiers. Veuillez réessayer dans quelques minutes ; rien n’a été modifié.

## Fautes d'un champ : fault-<code>

fault-unknown_successor = Ce n’est pas un autre mandat dans la même organisation et le même rôle.
fault-successor_not_active = Le mandat de la personne qui succède n’est ni en vigueur ni en attente.
fault-unknown_person = Cette personne n’existe pas.
fault-unknown_appointment = Il n’y a pas ici, dans ce rôle, de tel mandat que vous puissiez transmettre.
fault-in_the_past = Cette date est passée.
fault-missing = Ce champ est nécessaire.
fault-unknown_field = Ce champ n’existe pas.
fault-bad_instant = Ce n’est pas un instant avec son décalage par rapport à UTC, écrit comme 2027-01-11T09:00:00+01:00.
fault-wrong_type = La forme n’est pas la bonne.
fault-unknown_topic = Il n’y a pas de thème { $value }, ou il est retiré. GET /api/v1/topics les énumère.
fault-unknown_zone = { $value } n’est pas un fuseau horaire. Utilisez un nom comme Europe/Brussels.
fault-not_secretariat = Les essais ne vont qu’aux personnes du Secrétariat.
fault-too_deep = Un public en contient d’autres sur { $max } niveaux au plus.
fault-unknown_value = { $allowed ->
    [many] { $value } ne fait pas partie des valeurs admises ici.
   *[few] { $value } ne fait pas partie des valeurs admises ici : { $allowed }.
    }
fault-empty = Ce champ ne peut être vide.
fault-too_long = Au plus { $max } caractères.
fault-too_many = Au plus { $max } éléments.
fault-out_of_range = Un nombre de { $min } à { $max }.
fault-control_characters = Ni saut de ligne ni caractère invisible ici.
fault-not_a_name = Ce n’est pas le nom d’une personne. Écrivez-le en lettres, comme sur une lettre de désignation, sans adresse, lien, nombre ni autre signe.
fault-mixed_scripts = Des lettres de plusieurs écritures qui se ressemblent sont mêlées. Veuillez écrire le nom entier dans une seule écriture.
fault-name_reserved = Ce nom est réservé au Secrétariat et au portail. Veuillez indiquer le vôtre.
fault-bad_email = Ce n’est pas une adresse électronique.
fault-bad_phone = Ce n’est pas un numéro de téléphone.
fault-bad_cursor = Ce curseur n’est pas de cette liste. Recommencez sans lui.
fault-no_pages = Un fichier contient tous les contacts du filtre ; il ne se pagine pas.
fault-unknown_organisation = Il n’y a pas de membre { $value }. Utilisez le code à deux lettres, par exemple SN.
fault-unknown_technology = { $value } ne figure pas dans la liste des technologies.
fault-unknown_language = { $value } n’est pas un code de langue. Utilisez deux lettres, par exemple fr.
fault-role_not_open = Ce rôle n’est pas ouvert ici. Il y a : { $allowed }.
fault-no_variant = Il n’y a pas de texte en { $language }, la langue par défaut.
fault-no_text = Il n’y a pas de texte en { $language }.
fault-password_too_short = Au moins { $min } caractères. Plusieurs mots conviennent bien et se retiennent facilement.
fault-password_too_long = Au plus { $max } caractères.
fault-password_context = Le mot de passe est fait de votre adresse, de votre nom ou de celui du portail. Veuillez choisir des mots que personne n’associe à vous.
fault-password_common = Les attaquants essaient de tels mots de passe en premier. Plusieurs mots sans rapport entre eux conviennent et se retiennent bien.
fault-wrong_code = Ce n’est pas le code que l’application montre maintenant.
fault-passkey_refused = La clé d’accès n’a pas été acceptée. Veuillez recommencer.
fault-same_address = C’est déjà votre adresse.
fault-passkey_has_no_code = Une clé d’accès n’a pas de code : utilisez /api/v1/auth/passkey/start et finish.
fault-bad_date = Ce n’est pas un jour du calendrier, écrit comme 2024-02-02.
fault-not_after = Cette date doit être postérieure au { $day }.
fault-place_in_subject = L’objet est le même pour tous : il figure aussi dans des listes. Écrivez le nom dans le texte.
fault-place_in_public = Ce que tous peuvent lire ne s’adresse pas à une personne. Retirez les champs entre accolades ou ne le publiez pas.
fault-place_without_topic = Sans thème, il n’y a rien à quitter. Indiquez le thème ou retirez le lien de désinscription.
fault-nested_too_deeply = Ce texte est trop imbriqué : listes dans des listes, citations dans des citations, HTML dans du HTML. Écrivez-le avec moins de niveaux.
fault-html_not_closed = Du HTML n’est pas fermé là où il a été ouvert dans ce texte. Fermez chaque balise dans le paragraphe où elle est ouverte, la dernière en premier.
fault-too_much_html = Ce texte donne une page trop longue : tableaux aux colonnes trop nombreuses ou balises aux attributs trop nombreux. Réduisez-les ou partagez le texte.
fault-too_many_places = Ce texte a plus de cinquante champs entre accolades, comme {"{{ name }}"}. Retirez-en.
fault-unknown_place = « { $value } » ne peut être rempli. Les champs connus, écrits ainsi, sont {"{{ name }}"}, {"{{ administration }}"} et {"{{ unsubscribe }}"}. Pour deux accolades telles quelles, écrivez \{"{"}\{"{"}.
fault-bad_domain = Ce n’est pas un domaine, comme douane.example.
fault-bad_url = Cette URL ne peut pas être appelée. Écrivez-la en entier, comme https://reception.example/hooks, sans nom, mot de passe ni fragment (#).
fault-not_https = Les événements ne sont envoyés que par HTTPS : l’URL commence par https://.
fault-port_not_allowed = Rien n’est envoyé au port { $port }. Utilisez 443, ou un port à partir de 1024.
fault-address_not_allowed = Cette adresse n’est pas sur l’internet public.
fault-bad_since = Ce n’est ni une année, ni un mois, ni un jour, écrit comme 2024, 2024-05 ou 2024-05-31.
fault-in_the_future = Cette date est encore à venir.
fault-nothing_to_share = Là où rien n’est utilisé ni envisagé, il n’y a rien à partager.
fault-duplicate = Ceci est indiqué deux fois.
fault-wrong_password = Ce n’est pas votre mot de passe actuel.
fault-bad_code = { $value } n’est pas un code : uniquement des lettres, des chiffres, - et _.
fault-in_future = Ce jour n’est pas encore venu.
fault-letter_kind = La lettre doit être un document PDF ou une image PNG ou JPEG. Ce fichier n’en est pas une, quel que soit son nom{ $found ->
    [unknown] .
   *[known] {" "}: { $found }.
    }
fault-letter_mismatch = Le Content-Type ne dit pas ce qu’est le fichier : { $found }.
fault-letter_broken = Le fichier s’interrompt avant sa fin. Veuillez l’envoyer de nouveau ou le refaire.
fault-sheet_kind = Ce n’est ni un fichier CSV ni un classeur XLSX. Veuillez l’enregistrer sous l’un de ces formats.
fault-sheet_broken = Le classeur est illisible. Veuillez l’enregistrer de nouveau au format XLSX ou CSV.
fault-sheet_empty = La feuille n’a aucune ligne sous son en-tête.
fault-sheet_too_large = Le classeur déplié dépasse { $max } octets. Veuillez copier les lignes dans un nouveau classeur.
fault-too_many_rows = Au plus { $max } lignes. Veuillez partager la feuille.
fault-too_many_columns = Au plus { $max } colonnes.
fault-column_missing = La feuille a besoin d’une colonne { $column }. Sa première ligne nomme les colonnes ; celles-ci sont connues : { $known }.
fault-column_twice = Deux colonnes portent le nom { $column }.
fault-other_organisation = Ce n’est pas votre organisation. Vous pouvez inviter dans la vôtre.
fault-already_invited = Une invitation à cette adresse est déjà en cours.
fault-already_appointed = Cette personne exerce déjà ce rôle dans cette organisation, ou est sur le point de le faire.
fault-twice_in_sheet = Cette adresse figure déjà à la ligne { $row }, pour la même organisation et le même rôle.
fault-row_in_error = Cette ligne est en erreur. Corrigez la feuille et envoyez-la de nouveau, ou exécutez le plan avec skip_errors.
fault-judged_otherwise = Ceci est jugé autrement à présent que dans le plan.
fault-cell_error = La formule de cette cellule n’a pas de résultat.

# Qui figure à la place d'une personne effacée.
erased-contact = Ancien contact : { $organisation }
erased-person = Ancien utilisateur
export-readme =
    Vos données auprès de { $community }, au { DAY($day) }.

    data.json contient tout ce qui est enregistré à votre sujet : le compte, les mandats, les contacts et qui en voit quoi, les candidatures, les invitations, les nominations, les sessions, les appareils, les jetons des programmes et les clés d’accès (sans leurs secrets), les entrées du journal d’audit dont vous êtes l’auteur ou l’objet, les annonces et les courriels qui vous ont été envoyés. Lorsqu’une liste a atteint sa limite, « cut » la nomme.

    Une lettre de nomination nomme aussi d’autres personnes. Elle est réservée à celles et ceux qui décident des mandats : letters/ contient celles de vos nominations que vous pouvez lire à ce titre. Ne les publiez pas.

    Vous pouvez corriger ce qui est faux dans votre profil. Comment le faire effacer, et combien de temps il est conservé, est indiqué sur la page « Vos données » du portail (/privacy).
