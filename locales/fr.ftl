# Toutes les phrases que lit une personne, en français. locales/en.ftl a les mêmes clés et arguments, ce que des tests vérifient.
# Le vocabulaire et les règles de style : docs/glossary.md. Les indications pour programmes : locales/hints.ftl.

## Les jours, heures, durées et tailles : DAY($day) comme 28 novembre 2026, HOUR($time) comme 12 h 00,
## SPAN($hours, "hours") comme 48 heures, SIZE($bytes) comme 64 Ko. COUNT($x) fait d'un argument un nombre, pour choisir un pluriel.

months = janvier février mars avril mai juin juillet août septembre octobre novembre décembre
first-of-month = 1er
thousands-mark = {" "}
hour-mark = {" h "}
# Un et plusieurs de chaque, de la seconde au jour.
units-of-time = seconde secondes minute minutes heure heures jour jours
units-of-size = octets Ko Mo
before-unit = {" "}

## Messages : mail-<kind> est l'objet, .body les paragraphes, .button le libellé du lien

mail-greeting = Bonjour { $name },
mail-greeting-unverified = Bonjour,
mail-version-below = (La version française figure ci-dessous.)
mail-quoted = Motif donné par { $author ->
        [secretariat] le Secrétariat :
        [coordinator] la coordination de l’administration :
       *[person] { $person } :
    }
mail-or-copy = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
mail-link = { $label } :
mail-foot-system = Ce courriel vous est adressé par le portail { $community } car il concerne votre compte, votre demande d’inscription ou votre mandat. Merci de ne pas répondre à ce courriel. Portail : { $url }
mail-foot-duty = Ce courriel vous est adressé par le portail { $community } car il concerne vos attributions sur le portail. Merci de ne pas répondre à ce courriel. Portail : { $url }
mail-foot-invitation = Ce courriel vous est adressé par le portail { $community } car une invitation à rejoindre la communauté vous est destinée. Merci de ne pas répondre à ce courriel.
mail-foot-announcement = Vous recevez cette annonce en tant que contact de la communauté ({ $community }). Portail : { $url }
mail-foot-contact = Questions : { $contact }
mail-foot-leave = Se désabonner de ce thème ou de tous les thèmes

mail-foot-digest = Vous recevez ce récapitulatif en tant que contact de la communauté ({ $community }), comme vous l’avez choisi. Les avis officiels vous sont envoyés dès leur publication.

mail-acknowledge = Veuillez confirmer que vous avez lu cette annonce.
    .button = Lire et confirmer sur le portail

mail-digest = { $community } : votre récapitulatif
    .body = Ces annonces vous ont été adressées depuis votre dernier récapitulatif. Cliquez sur un titre pour lire l’annonce.
    .button = Choisir comment recevoir les annonces
    .asks = veuillez confirmer que vous l’avez lue

# Libellés de liens que plusieurs courriels ont en commun.
see-appointment = Voir le mandat
see-my-data = Voir mes données
decide = Statuer sur la demande
apply-anew = Présenter une nouvelle demande
password-if-not-you = Choisir un nouveau mot de passe si ce n’était pas vous

mail-verify_address = Veuillez confirmer votre adresse électronique
    .body =
        Quelqu’un, sans doute vous, a demandé à rejoindre la communauté ({ $community }) avec cette adresse ({ $organisation }, { $role ->
            [coordinator] coordination
           *[other] point de contact national
        }). Le lien ci-dessous vous montre la demande, que vous pouvez y corriger si ce n’est pas ce que vous avez saisi. Vous y choisissez votre mot de passe et confirmez que l’adresse est bien la vôtre. Votre demande ne sera transmise à la coordination de votre administration, ou au Secrétariat, qu’après cette confirmation.

        Le lien ne sert qu’une fois et reste valable { SPAN($hours, "hours") }. Si vous n’avez rien demandé, ignorez ce courriel : aucune suite ne sera donnée.
    .button = Confirmer mon adresse

mail-apply_again = Veuillez confirmer votre nouvelle demande
    .body =
        Quelqu’un, sans doute vous, a demandé à rejoindre la communauté ({ $community }) avec cette adresse ({ $organisation }, { $role ->
            [coordinator] coordination
           *[other] point de contact national
        }). Un compte existe déjà à cette adresse. Le nom et le mot de passe de ce compte ne changent pas.

        Si c’était vous, confirmez la demande par le lien ci-dessous. Elle sera alors transmise à la coordination de votre administration ou au Secrétariat. Vous vous connectez comme auparavant ; si vous avez oublié votre mot de passe, utilisez « Mot de passe oublié ? » sur le portail. Si le compte devait être effacé, il est conservé.

        Le lien ne sert qu’une fois et reste valable { SPAN($hours, "hours") }. Si ce n’était pas vous, ignorez ce courriel : rien n’a été modifié.
    .button = Voir la demande

mail-already_registered = Vous avez déjà un compte
    .body =
        Quelqu’un, sans doute vous, a demandé à rejoindre la communauté ({ $community }) avec cette adresse. Un compte existe déjà à cette adresse : il vous suffit de vous connecter.

        Si vous avez oublié votre mot de passe, vous pouvez en choisir un nouveau. Si ce n’était pas vous, ignorez ce courriel : rien n’a été modifié.
    .button = Choisir un nouveau mot de passe

mail-application_waits = Une demande attend votre décision : { $applicant }
    .body =
        { $applicant } ({ $organisation }) a présenté une demande d’inscription ({ $community }) et confirmé son adresse électronique.

        Veuillez comparer la demande à la désignation faite par l’administration. { how-to-decide }
    .button = { decide }

how-to-decide = Sur le portail, vous pouvez l’approuver, la rejeter ou demander un complément. Pour toute aide, adressez-vous au Secrétariat.
second-factor = Votre fonction exige un second facteur d’authentification : une application d’authentification ou une clé d’accès. Tant que vous n’en avez pas ajouté, seul votre compte vous est accessible. Pour toute aide, adressez-vous au Secrétariat.

mail-approved = Bienvenue sur le portail { $community }
    .body =
        Votre demande a été approuvée. Vous figurez désormais dans l’annuaire et pouvez vous connecter avec le mot de passe que vous avez choisi.{ $role ->
            [coordinator] {" "}{ second-factor }
           *[other] {""}
        }

        Veuillez vérifier votre profil : les langues et les technologies que vous y indiquez aident vos collègues à vous trouver.
    .button = Vérifier mon profil

mail-rejected = Votre demande n’a pas été approuvée
    .body =
        Votre demande d’inscription ({ $community }) n’a pas été approuvée.

        { $reason }

        Vous pourrez présenter une nouvelle demande une fois ce point réglé. Pour toute question, adressez-vous à la coordination de votre administration ou au Secrétariat.
    .button = { apply-anew }
role-named = { $role ->
        [secretariat] { role-secretariat }
        [coordinator] { role-coordinator }
        [contributor] { role-contributor }
        [partner] { role-partner }
        [auditor] { role-auditor }
       *[ncp] { role-ncp }
    }

mail-appointed = Votre nouveau mandat : { role-named } ({ $organisation })
    .body =
        Votre désignation sur le portail { $community } ({ $organisation }) est enregistrée. Votre fonction : { role-named }.{ $office ->
            [central] {""}
           *[administration] {" "}Vous figurez dans l’annuaire.
        } Vous vous connectez comme auparavant.{ $role ->
            [secretariat] {" "}{ second-factor }
            [auditor] {" "}{ second-factor }
            [coordinator] {" "}{ second-factor }
           *[other] {""}
        }
    .button = { see-appointment }

mail-info_requested = Votre demande est incomplète
    .body =
        Votre demande d’inscription ({ $community }, { $organisation }) est incomplète et ne peut pas encore être examinée.

        { $reason }

        Veuillez vous connecter, compléter votre demande et la soumettre de nouveau. Si elle n’a pas été soumise de nouveau d’ici là, elle deviendra caduque le { DAY($day) }. Pour toute aide, adressez-vous à la coordination de votre administration ou au Secrétariat.
    .button = Compléter ma demande

mail-appointment_suspended = Votre mandat est suspendu
    .body =
        Votre mandat au sein de la communauté ({ $community }, { $organisation }) est suspendu : { $office ->
            [central] vous ne pouvez provisoirement plus exercer cette fonction.
           *[administration] vous ne figurez provisoirement plus dans l’annuaire et vos sessions ont pris fin.
        }

        { $reason }

        En cas de désaccord, veuillez vous adresser { $office ->
            [central] au Secrétariat.
           *[administration] à la coordination de votre administration ou au Secrétariat.
        }
    .button = { see-appointment }

mail-appointment_reinstated = Votre mandat est rétabli
    .body =
        Votre mandat au sein de la communauté ({ $community }, { $organisation }) est rétabli. { $office ->
            [central] Vous pouvez vous connecter comme auparavant.
           *[administration] Vous figurez de nouveau dans l’annuaire et pouvez vous connecter comme auparavant.
        }
    .button = { see-appointment }

mail-appointment_replaced = Transmission de votre mandat
    .body =
        Votre mandat au sein de la communauté ({ $community }, { $organisation }) a été transmis à { $successor }.{ $office ->
            [central] {""}
           *[administration] {" "}Vous ne figurez plus dans l’annuaire à ce titre.
        } Nous vous remercions de votre engagement.

        { $reason }

        Vous conservez votre compte : vous pouvez vous connecter pour voir ce qui est enregistré à votre sujet, ou l’effacer.
    .button = { see-my-data }

mail-appointment_taken_over = Vous succédez à { $applicant } ({ $organisation })
    .body =
        Le mandat de { $applicant } au sein de la communauté ({ $community }, { $organisation }) vous a été transmis{ $office ->
            [central] {"."}
           *[administration] , et { $applicant } ne figure plus dans l’annuaire à ce titre.
        }

        { $reason }
    .button = { see-appointment }

mail-appointment_ended = Votre mandat a pris fin
    .body =
        Votre mandat au sein de la communauté ({ $community }, { $organisation }) a pris fin{ $office ->
            [central] {"."}
           *[administration] {" "}et vous ne figurez plus dans l’annuaire à ce titre.
        } Nous vous remercions de votre engagement.

        Vous conservez votre compte : vous pouvez vous connecter pour voir ce qui est enregistré à votre sujet, ou l’effacer.
    .button = { see-my-data }

mail-appointment_expired = Votre fiche a expiré
    .body =
        Votre fiche dans l’annuaire de la communauté ({ $community }, { $organisation }) est signalée comme non confirmée depuis le { DAY($since) }. Elle n’a pas été confirmée depuis cette date : votre mandat a donc expiré et vous ne figurez plus dans l’annuaire.

        Si vous êtes toujours le contact, présentez une nouvelle demande, ou demandez à la coordination de votre administration ou au Secrétariat de vous désigner de nouveau.
    .button = { apply-anew }

mail-application_lapsed = Votre demande est devenue caduque
    .body =
        { $before ->
            [incomplete] Votre demande d’inscription ({ $community }, { $organisation }) est devenue caduque, car nous n’avons pas reçu le complément demandé.
           *[pending] Votre demande d’inscription ({ $community }, { $organisation }) n’a pas été examinée à temps et est devenue caduque. Nous vous prions de nous en excuser.
        }

        Vous pouvez présenter une nouvelle demande. Pour toute question, adressez-vous à votre administration ou au Secrétariat.
    .button = { apply-anew }

mail-confirm_contact = Votre fiche ({ $organisation }, { role-named }) est-elle toujours exacte ?
    .body =
        { $due ->
            [over] Une fois par an, nous demandons à chaque contact de la communauté ({ $community }) si sa fiche dans l’annuaire est toujours exacte. La vôtre devait être confirmée au plus tard le { DAY($day) } ; merci de le faire dès maintenant.
           *[ahead] Une fois par an, nous demandons à chaque contact de la communauté ({ $community }) si sa fiche dans l’annuaire est toujours exacte. Veuillez confirmer la vôtre au plus tard le { DAY($day) }.
        }

        Si vous occupez toujours ce poste et que la fiche est exacte, utilisez le lien ci-dessous, sans connexion. Si quelque chose a changé, connectez-vous pour corriger la fiche, ou indiquez à la coordination de votre administration la personne qui vous succède.
    .button = Confirmer ma fiche

mail-contact_unconfirmed = Votre fiche est signalée comme non confirmée ({ $organisation }, { role-named })
    .body =
        { $cause ->
            [bounced] Un courriel n’a pas pu être remis à votre adresse. Votre fiche dans l’annuaire de la communauté ({ $community }, { $organisation }) est donc signalée comme non confirmée.
           *[missed] Votre fiche dans l’annuaire de la communauté ({ $community }, { $organisation }) n’a pas été confirmée à temps. Elle est donc signalée comme non confirmée.
        } Jusqu’à sa confirmation, vous n’avez accès qu’à vos propres données.

        Si la fiche est exacte, confirmez-la par le lien ci-dessous, sans connexion. À défaut de confirmation, elle expire le { DAY($day) }.
    .button = Confirmer ma fiche

mail-contact_not_confirmed = Fiche non confirmée : { $applicant } ({ $organisation }, { role-named })
    .body =
        { $cause ->
            [bounced] Un courriel n’a pas pu être remis à l’adresse de { $applicant } ({ $organisation }). La fiche dans l’annuaire ({ $community }) est donc signalée comme non confirmée.
           *[missed] La fiche de { $applicant } ({ $organisation }) dans l’annuaire ({ $community }) n’a pas été confirmée à temps. La fiche est donc signalée comme non confirmée.
        }

        { $cause ->
            [bounced] Veuillez d’abord vérifier l’adresse. Confirmez la fiche si l’adresse est exacte, ou transmettez le mandat à une autre personne.
           *[missed] Veuillez confirmer cette fiche si elle est exacte, ou transmettre le mandat à une autre personne.
        }
    .button = { see-appointment }

mail-contact_left = Fin de mandat : { $applicant } ({ $organisation })
    .body =
        Le mandat de { $applicant } ({ $organisation }) a pris fin. Veuillez inviter la personne qui lui succède, s’il y en a une.
    .button = Inviter un successeur

mail-name_changed = Changement de nom : { $before } s’appelle désormais { $after }
    .body =
        { $before } ({ $organisation }) a modifié le nom de son compte sur le portail { $community } en { $after }.

        Si c’est exact, vous n’avez rien à faire. Si vous ne connaissez pas ce nom, ou si ce n’est pas la même personne, suspendez le mandat et renseignez-vous. L’ancien nom figure à côté du nouveau dans la liste des mandats pendant 30 jours.
    .button = { see-appointment }

mail-name_restored = Nom rétabli : { $after }
    .body =
        { $reader ->
            [holder] Vous n’appartenez plus au Secrétariat ({ $organisation }). Le nom { $before } est réservé au Secrétariat ; votre compte sur le portail { $community } porte donc de nouveau le nom précédent : { $after }.
           *[officer] { $after } ({ $organisation }) n’appartient plus au Secrétariat. Le nom { $before } est réservé au Secrétariat ; le compte sur le portail { $community } porte donc de nouveau le nom précédent : { $after }.
        }

        { $reader ->
            [holder] Si ce nom n’est pas exact, vous pouvez le modifier dans votre profil.
           *[officer] Si ce nom n’est pas exact, il peut être modifié dans le profil.
        }
    .button = Voir le nom

mail-name_flagged = Nom réservé au Secrétariat : { $before }
    .body =
        { $reader ->
            [holder] Vous n’appartenez plus au Secrétariat ({ $organisation }). Votre nom sur le portail { $community }, { $before }, est réservé au Secrétariat, et aucun autre nom n’est connu pour vous. Veuillez indiquer un autre nom dans votre profil ; d’ici là, toute fiche à votre nom est masquée dans l’annuaire.
           *[officer] La personne qui porte le nom { $before } ({ $organisation }) n’appartient plus au Secrétariat. Ce nom est réservé au Secrétariat, et aucun autre nom de cette personne n’est connu. Tant qu’un autre nom n’est pas indiqué dans le profil sur le portail { $community }, toute fiche de cette personne est masquée dans l’annuaire.
        }
    .button = Voir le nom

mail-no_coordinator_left = { $organisation } : plus personne n’assure la coordination
    .body =
        { $status ->
            [unconfirmed] La fiche de { $applicant } ({ $organisation }) est signalée comme non confirmée : { $cause ->
                [bounced] un courriel n’a pas pu être remis à l’adresse.
               *[missed] la confirmation n’a pas été faite à temps.
            } Tant que la fiche n’est pas confirmée ou qu’une autre personne n’est pas désignée pour la coordination, le Secrétariat décide au nom de cette organisation.
           *[other] Depuis la fin du mandat de { $applicant }, plus personne n’assure la coordination ({ $organisation }). Jusqu’à la désignation d’une autre personne, le Secrétariat décide pour cette organisation.
        }
    .button = Pourvoir la coordination

mail-officer_appointed = { $applicant } exerce désormais une fonction centrale sur le portail
    .body =
        { $officer } a confié à { $applicant } ({ $organisation }) la fonction suivante sur le portail { $community } : { $role ->
            [secretariat] Secrétariat
           *[other] audit
        }.

        Si c’est exact, vous n’avez rien à faire. Si vous ne vous y attendiez pas, suspendez ce mandat ainsi que le compte de la personne qui l’a confié, et renseignez-vous auprès des deux.
    .button = { see-appointment }

mail-application_still_waits = Toujours en attente de votre décision : { $applicant }
    .body =
        La demande d’inscription de { $applicant } ({ $organisation }) à { $community } attend une décision depuis le { DAY($since) }. { how-to-decide }

        À défaut de décision dans les 30 jours, le Secrétariat est informé. Sans décision, la demande deviendra caduque le { DAY($day) }.
    .button = { decide }

mail-application_escalated = Sans décision après 30 jours : { $applicant } ({ $organisation })
    .body =
        La demande d’inscription de { $applicant } ({ $organisation }) à { $community } attend une décision depuis le { DAY($since) }. Veuillez décider à la place de la coordination, ou lui adresser un rappel. { how-to-decide }

        Sans décision, la demande deviendra caduque le { DAY($day) }.
    .button = { decide }

mail-mandate_ends_soon = Fin de mandat le { DAY($day) } : { $applicant }
    .body =
        { $reader ->
            [holder] Votre mandat ({ $organisation }) prend fin le { DAY($day) }. S’il doit se poursuivre, veuillez demander { $office ->
                [central] au Secrétariat
               *[administration] à la coordination de votre administration ou au Secrétariat
            } de modifier sa date de fin ; si une autre personne prend la suite, veuillez indiquer son nom.
           *[officer] Le mandat de { $applicant } ({ $organisation }) prend fin le { DAY($day) }. S’il doit se poursuivre, sa date de fin peut être modifiée sur le portail ; si une autre personne prend la suite, veuillez l’inviter dès maintenant.
        }
    .button = { see-appointment }

mail-mandate_held = Votre mandat est terminé et personne d’autre n’administre le portail
    .body =
        Votre mandat d’administration du portail { $community } a pris fin le { DAY($day) }. Personne d’autre n’est actuellement chargé d’administrer le portail ; votre accès est donc conservé pour le moment.

        Veuillez désigner une autre personne pour l’administration, ou demander à la personne qui exploite le serveur de créer un autre compte d’administration. Votre accès prend fin dans la journée qui suit cette désignation.
    .button = Voir les personnes

mail-announcement_submitted = À approuver : { $title }
    .body =
        { $person } a soumis l’annonce « { $title } » ({ $community }) et demande qu’une autre personne du Secrétariat lise et approuve cette annonce. Elle ne sera pas envoyée avant cette approbation.

        Sur le portail, vous pouvez la lire, en voir un aperçu, puis l’approuver ou la rejeter avec un motif.
    .button = Lire et décider

mail-announcement_rejected = Annonce non approuvée : { $title }
    .body =
        { $person } n’a pas approuvé l’annonce « { $title } » ({ $community }). L’annonce est de nouveau à l’état de brouillon.

        { $reason }

        Veuillez modifier l’annonce et la soumettre de nouveau, ou la supprimer.
    .button = Modifier l’annonce

mail-announcement_halted = Envoi suspendu : { $title }
    .body =
        L’envoi de l’annonce « { $title } » ({ $community }) a été suspendu automatiquement : de nombreux courriels n’ont pas pu être remis. Les autres sont en attente.

        Veuillez examiner les envois en échec, en corriger la cause, qu’il s’agisse du serveur d’envoi ou des adresses, puis reprendre ou annuler l’envoi. Un envoi repris n’est plus suspendu automatiquement.
    .button = Voir l’avancement de l’envoi

mail-announcement_turned_back = Courriels retournés : { $title }
    .body =
        { $sent } courriels de l’annonce « { $title } » ({ $community }) ont été envoyés, dont { $mails } ont été retournés en raison de l’annonce elle-même ou de l’expéditeur : des serveurs refusent le texte ou l’expéditeur, ou sont injoignables. { $one ->
            [yes] Tous les courriels adressés à { $domain } ont été retournés.
           *[no] Aucune adresse n’est en cause, et aucune n’a été signalée.
        } { $halted ->
            [yes] L’envoi a été suspendu automatiquement. Les autres courriels sont en attente.
           *[no] Tous les courriels ont été envoyés, ou quelqu’un avait déjà repris l’envoi.
        }

        Veuillez lire, dans la liste des envois, ce que disent ces serveurs. Les causes fréquentes sont un expéditeur sans DKIM, SPF ni DMARC valides, un serveur d’envoi inscrit sur une liste de blocage, et un lien que les filtres connaissent. Une fois la cause corrigée, reprenez ou annulez l’envoi. L’envoi n’est plus suspendu automatiquement.
    .button = Voir les envois

mail-announcement_held = Envoi retenu : { $title }
    .body =
        L’annonce « { $title } » ({ $community }) était programmée et n’a pas été envoyée : { $cause ->
            [overdue] l’heure prévue était dépassée ; veuillez vérifier que le contenu est toujours d’actualité
            [no_recipients] elle n’a plus de destinataires
            [approval_needed] elle a plus de destinataires qu’il n’est permis sans l’approbation d’une seconde personne
            [public_approval_needed] tout le monde peut la lire, et aucune seconde personne ne l’a approuvée
            [planner_left] la personne qui l’a programmée n’a plus le droit d’envoyer des annonces
            [approver_left] la personne qui l’a approuvée n’en a plus le droit, et l’approbation ne compte plus
            [plan_revoked] la session ou le jeton d’API qui a servi à la programmer a été révoqué depuis ; veuillez vérifier qu’elle doit bien être envoyée
            [approval_revoked] la session ou le jeton d’API qui a servi à l’approuver a été révoqué depuis, et l’approbation ne compte plus
            [content_changed] son texte n’est plus celui qui a été approuvé
            [language_missing] une langue qu’elle doit comporter manque
            [set_aside] une erreur du portail l’a interrompue plusieurs fois
           *[other] l’envoi n’a pas pu commencer ({ $cause })
        }.

        Veuillez examiner cette annonce sur le portail, puis l’envoyer, la programmer de nouveau ou l’annuler.
    .button = Voir l’annonce

mail-sections_assigned = { $survey } : une partie vous est confiée
    .body =
        { $colleague } vous demande de remplir une partie de la réponse de votre organisation à l’enquête « { $survey } » : { $sections }.

        { $is_due ->
            [yes] La date limite est le { DAY($due) }.
           *[no] Aucune date limite n’est fixée.
        }
    .button = Aller à la réponse

mail-sections_due = { $is_overdue ->
    [yes] En retard : votre partie de l’enquête « { $survey } »
   *[no] Pour le { DAY($due) } : votre partie de l’enquête « { $survey } »
    }
    .body =
        Une partie de la réponse de votre organisation à l’enquête « { $survey } » vous a été confiée : { $sections }.

        { $is_overdue ->
            [yes] La date limite était le { DAY($due) } et cette partie n’est pas signalée comme prête. Veuillez la remplir, ou dire à la personne qui vous l’a confiée quand elle sera prête.
           *[no] La date limite est le { DAY($due) } et cette partie n’est pas encore signalée comme prête.
        }
    .button = Aller à votre partie

mail-response_review_requested = { $survey } : la réponse est prête pour la relecture
    .body =
        { $colleague } a complété la réponse de votre organisation à l’enquête « { $survey } » et vous demande de la relire.

        Si elle vous convient, veuillez la valider ; elle pourra alors être transmise. Sinon, vous pouvez la renvoyer avec un motif.
    .button = Relire la réponse

mail-response_returned = { $survey } : la réponse a été renvoyée
    .body =
        { $colleague } a renvoyé la réponse de votre organisation à l’enquête « { $survey } » pour qu’elle soit retravaillée.

        { $reason }
    .button = Aller à la réponse

mail-response_approval_void = { $survey } : la validation ne compte plus
    .body =
        { $has_left ->
            [yes] { $colleague } avait validé la réponse de votre organisation à l’enquête « { $survey } » et ne signe plus pour votre organisation.
           *[no] La session dans laquelle { $colleague } avait validé la réponse de votre organisation à l’enquête « { $survey } » a été fermée, peut-être parce que quelqu’un d’autre l’avait utilisée.
        } La validation ne compte donc plus et la réponse est de nouveau en relecture. Veuillez la relire avant une nouvelle validation.
    .button = Relire la réponse

mail-response_approval_ended = { $survey } : la validation a pris fin
    .body =
        { $colleague } a modifié une réponse depuis que vous avez validé la réponse de votre organisation à l’enquête « { $survey } ». La validation a pris fin et la réponse est de nouveau en relecture.
    .button = Relire la réponse

mail-response_received = { $survey } : récépissé de la réponse
    .body =
        { $colleague } a transmis la réponse de votre organisation à l’enquête « { $survey } » (transmission { $number }).

        { $is_late ->
            [yes] Elle a été acceptée en retard, grâce à la prorogation accordée.
           *[no] Elle a été transmise dans les délais.
        }

        Le récépissé montre à quiconque qu’elle a été transmise, sans montrer de réponses.
    .button = Voir le récépissé

mail-webhook_set = { $deed ->
        [added] Nouveau webhook : « { $description } »
        [secret_changed] Nouveau secret pour le webhook « { $description } »
       *[other] Le webhook « { $description } » a été modifié
    }
    .body =
        { $deed ->
            [added] { $officer } a ajouté le webhook « { $description } » sur le portail { $community }. Des événements du portail sont désormais envoyés à { $host }.
            [moved] { $officer } a changé l’adresse du webhook « { $description } » sur le portail { $community }. Ses événements sont désormais envoyés à { $host }.
            [resubscribed] { $officer } a choisi d’autres événements pour le webhook « { $description } » sur le portail { $community }. Ils sont désormais envoyés à { $host }.
            [enabled] { $officer } a activé le webhook « { $description } » sur le portail { $community }. Ses événements sont désormais envoyés à { $host }.
           *[secret_changed] { $officer } a créé un nouveau secret pour le webhook « { $description } » ({ $host }) sur le portail { $community }. Le secret précédent reste valable un jour.
        }

        Si c’est exact, vous n’avez rien à faire. Si vous ne vous y attendiez pas, veuillez désactiver le webhook, suspendre le compte de la personne qui a fait cela et l’interroger.
    .button = Voir le webhook

mail-webhook_gone = Le webhook « { $description } » est désactivé : l’adresse n’existe plus
    .body =
        Le point de réception « { $description } » ({ $host }) du portail { $community } a répondu qu’il n’existe plus (code 410). Plus rien ne lui est envoyé, et les événements en attente ont été abandonnés.

        S’il a changé d’adresse, veuillez corriger l’adresse sur le portail et réactiver le webhook. S’il n’est plus nécessaire, veuillez le supprimer.
    .button = Voir le webhook

mail-webhook_failing = Le webhook « { $description } » est désactivé : sans réponse depuis cinq jours
    .body =
        Depuis cinq jours, rien de ce que { $community } a envoyé au point de réception « { $description } » ({ $host }) n’a pu être remis. Plus rien ne lui est envoyé, et les événements en attente ont été abandonnés.

        Le journal des envois en indique la cause. Une fois le problème résolu, veuillez réactiver le webhook ; les événements peuvent être renvoyés un par un.
    .button = Voir le webhook

# Une date limite dans le fuseau de son édition, et en UTC : « jusqu’… ».
round-deadline = { $closing ->
    [day_end] à la fin du { DAY($day) } ({ ZONE($at, $zone) }), soit le { DAY($at) } à { HOUR($at) } (UTC)
   *[hour] au { DAY($at, $zone) } à { HOUR($at, $zone) } ({ ZONE($at, $zone) }), soit le { DAY($at) } à { HOUR($at) } (UTC)
    }

# La date limite dans un fichier de calendrier.
deadline-file = Date limite : { $survey }
deadline-file-ends = La réponse peut être transmise jusqu’{ round-deadline }.

mail-survey_opened = Enquête ouverte : { $survey } ({ $organisation })
    .body =
        L’enquête « { $survey } » est ouverte. Votre organisation ({ $organisation }) est invitée à y répondre.

        La réponse peut être transmise jusqu’{ round-deadline }. Votre organisation transmet une seule réponse, que ses membres rédigent ensemble. S’il vous faut plus de temps, votre coordination peut demander une prorogation sur le portail.
    .button = Répondre à l’enquête

mail-survey_reminder = Rappel : { $survey } ({ $organisation })
    .body =
        { $state ->
            [not_started] La réponse de votre organisation ({ $organisation }) à l’enquête « { $survey } » n’a pas été commencée.
            [in_review] La réponse de votre organisation ({ $organisation }) à l’enquête « { $survey } » est en cours de relecture et n’a pas été transmise.
            [approved] La réponse de votre organisation ({ $organisation }) à l’enquête « { $survey } » est validée et n’a pas été transmise.
            [reopened] La réponse de votre organisation ({ $organisation }) à l’enquête « { $survey } » a été rouverte et n’a pas été transmise de nouveau.
            [withdrawn] La réponse de votre organisation ({ $organisation }) à l’enquête « { $survey } » a été retirée.
           *[draft] La réponse de votre organisation ({ $organisation }) à l’enquête « { $survey } » a été commencée et n’a pas été transmise.
        }

        Elle peut être transmise jusqu’{ round-deadline }. S’il vous faut plus de temps, votre coordination peut demander une prorogation sur le portail.

        { $words }
    .button = Voir l’enquête

mail-survey_opening_held = Ouverture retenue : { $survey }
    .body =
        { $has_left ->
            [yes] La personne qui a programmé l’ouverture d’une édition de l’enquête « { $survey } » n’a plus le droit d’ouvrir des éditions.
           *[no] La session ou le jeton d’API qui a servi à programmer l’ouverture d’une édition de l’enquête « { $survey } » a été révoqué depuis.
        } L’édition ne s’ouvre donc pas d’elle-même.

        Veuillez examiner cette édition sur le portail. Ouvrez-la, ou programmez de nouveau son ouverture, si elle doit bien s’ouvrir.
    .button = Voir l’édition

mail-extension_asked = Prorogation demandée : { $organisation }
    .body =
        Une prorogation est demandée pour l’enquête « { $survey } » ({ $organisation }) : jusqu’{ round-deadline }.

        { $reason }

        Veuillez accorder ou refuser la prorogation sur le portail.
    .button = Voir la demande

mail-extension_decided = { $granted ->
    [yes] Prorogation accordée : { $survey }
   *[no] Prorogation refusée : { $survey }
    }
    .body =
        { $granted ->
            [yes] Votre organisation ({ $organisation }) a plus de temps pour l’enquête « { $survey } » : la réponse peut être transmise jusqu’{ round-deadline }.
           *[no] La demande de prorogation de votre organisation ({ $organisation }) pour l’enquête « { $survey } » a été refusée. Elle portait sur un délai jusqu’{ round-deadline }.
        }

        { $words }
    .button = Voir l’enquête

mail-hand_over = Transmission du mandat jusqu’au { DAY($day) } ({ $organisation })
    .body =
        { $reader ->
            [holder] Votre mandat ({ $organisation }) est transmis à { $successor }. Jusqu’au { DAY($day) }, les deux mandats sont en vigueur ; ensuite, votre mandat prend fin automatiquement.
           *[successor] Le mandat de { $applicant } ({ $organisation }) vous est transmis. Jusqu’au { DAY($day) }, les deux mandats sont en vigueur ; ensuite, le mandat de { $applicant } prend fin automatiquement.
        }

        { $reason }
    .button = { see-appointment }

mail-hand_over_cancelled = Transmission du mandat annulée : { $applicant } ({ $organisation })
    .body =
        { $reader ->
            [holder] Votre mandat ({ $organisation }) devait être transmis à { $successor }.
            [successor] Le mandat de { $applicant } ({ $organisation }) devait vous être transmis.
           *[officer] Le mandat de { $applicant } ({ $organisation }) devait être transmis à { $successor }.
        } { $cause ->
            [successor] { $reader ->
                [successor] Votre mandat ou votre compte n’est pas en vigueur ; la transmission est donc annulée.
               *[other] Le mandat ou le compte de { $successor } n’est pas en vigueur ; la transmission est donc annulée.
            }
            [officer] La transmission a été annulée par { $officer } : les deux mandats restent en vigueur.
            [credential] La session ou le jeton d’API qui a servi à engager cette transmission a été révoqué ; la transmission est donc annulée : les deux mandats restent en vigueur.
           *[granter] La personne qui avait engagé cette transmission n’a plus le droit de transmettre des mandats ; la transmission est donc annulée : les deux mandats restent en vigueur.
        }

        { $reader ->
            [holder] Votre mandat
           *[other] Le mandat de { $applicant }
        } { $ends ->
            [yes] prend fin le { DAY($day) }, comme prévu avant cette transmission.
           *[no] se poursuit sans date de fin.
        }

        Si une transmission est toujours souhaitée, veuillez demander à la coordination ({ $organisation }) ou au Secrétariat de l’engager de nouveau.
    .button = { see-appointment }

mail-invitations_withdrawn = Invitations retirées ({ $organisation })
    .body =
        { $inviter } n’a plus le droit d’inviter des contacts ({ $organisation }). { COUNT($count) ->
            [one] L’invitation restée sans réponse est retirée et son lien ne fonctionne plus.
           *[other] Les { $count } invitations restées sans réponse sont retirées et leurs liens ne fonctionnent plus.
        }

        Veuillez examiner les invitations retirées et inviter de nouveau les personnes qui doivent devenir contacts ({ $organisation }).
    .button = Voir les invitations

mail-invitation_accepted = { $applicant } a accepté votre invitation
    .body =
        { $applicant } ({ $organisation }) est désormais contact et figure dans l’annuaire de la communauté ({ $community }).
    .button = { see-appointment }

# Qui invite est dit par sa fonction, jamais par son nom : personne n’a vérifié l’adresse à laquelle l’invitation est envoyée.
inviter = { $inviter ->
        [secretariat] Le Secrétariat
       *[coordinator] La coordination de l’administration ({ $organisation_fr })
    }
given-by = { $inviter ->
        [secretariat] le Secrétariat
       *[coordinator] la coordination de l’administration ({ $organisation_fr })
    }
data-of-invited = Vos nom, fonction, organisation, adresse professionnelle et langues nous ont été communiqués par { given-by } pour le fonctionnement de ce réseau de contacts. Ces données sont visibles des contacts actifs ; votre téléphone ne l’est que des personnes que vous autorisez. Nous conservons ces données tant que vous êtes contact, puis { SPAN($days, "days") }, et vous pouvez vous-même les consulter, corriger, exporter et effacer. En savoir plus : { $url }/privacy
mail-invitation = Invitation à rejoindre la communauté ({ $community })
    .body =
        { inviter } vous invite à rejoindre la communauté ({ $community }) pour la fonction suivante : { role-named } ({ $organisation_fr }). L’annuaire permet aux contacts de se joindre ; ils reçoivent les informations qui les concernent.

        Le lien ci-dessous vous permet d’accepter ; il ne sert qu’une fois et reste valable jusqu’au { DAY($day) }. Si vous ne souhaitez pas participer, vous n’avez rien à faire.

        { data-of-invited }
    .button = Accepter l’invitation

mail-invitation_reminder = Rappel : invitation à rejoindre la communauté ({ $community })
    .body =
        Une invitation à rejoindre la communauté ({ $community }) pour la fonction suivante : { role-named } ({ $organisation_fr }) vous a été adressée par { given-by }, et vous n’avez pas encore répondu. Ce nouveau lien est valable jusqu’au { DAY($day) } ; le précédent ne fonctionne plus.

        { data-of-invited }
    .button = Accepter l’invitation

mail-reset_password = Choisissez un nouveau mot de passe
    .body =
        Un nouveau mot de passe a été demandé pour votre compte sur le portail { $community }. Le lien ci-dessous vous permet d’en choisir un.

        Le lien ne sert qu’une fois et reste valable { SPAN($minutes, "minutes") }. Si vous n’avez rien demandé, ignorez ce courriel : votre mot de passe ne change pas.
    .button = Choisir un nouveau mot de passe

if-not-you = Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail) et prévenez le Secrétariat.
if-it-was-you = Si c’était vous, vous n’avez rien à faire. Sinon, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail) et prévenez le Secrétariat.
program = { $program ->
        [unknown] un programme inconnu
       *[other] « { $program } »
    }

mail-password_changed = Votre mot de passe a été modifié
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), le mot de passe de votre compte sur le portail { $community } a été modifié, et vos autres sessions ont été fermées.{ COUNT($tokens) ->
            [0] {""}
            [one] {" "}Un de vos jetons d’API a également été révoqué.
           *[other] {" "}{ $tokens } de vos jetons d’API ont également été révoqués.
        }

        { if-not-you }
    .button = { password-if-not-you }

mail-rights_gained = Vos jetons d’API ont été révoqués : vous avez un nouveau mandat
    .body =
        Un nouveau mandat vous donne davantage de droits sur le portail { $community }. Pour que des programmes configurés auparavant n’obtiennent pas ces droits, { COUNT($tokens) ->
            [one] un jeton d’API a été révoqué
           *[other] { $tokens } jetons d’API ont été révoqués
        }. Les programmes qui utilisaient un tel jeton ont besoin d’un nouveau jeton.
    .button = Voir mes jetons d’API

mail-access_ended = Des sessions de votre compte ont été fermées
    .body =
        { $by ->
            [secretariat] Le Secrétariat a mis fin aux accès à votre compte
           *[other] Une personne connectée à votre compte a mis fin aux autres accès à ce compte
        } sur le portail { $community } : { COUNT($sessions) ->
            [0] aucune session
            [one] { $sessions } session
           *[other] { $sessions } sessions
        }{ COUNT($tokens) ->
            [0] {"."}
            [one] {" "}et { $tokens } jeton d’API. Un programme qui utilisait ce jeton a besoin d’un nouveau jeton.
           *[other] {" "}et { $tokens } jetons d’API. Les programmes qui utilisaient un tel jeton ont besoin d’un nouveau jeton.
        }{ $devices ->
            [forgotten] {" "}Les appareils déjà utilisés ne sont plus connus : leur prochaine connexion est traitée comme celle d’un nouvel appareil.
           *[kept] {""}
        } Si d’autres accès prennent fin dans les dix minutes qui suivent, aucun autre courriel n’est envoyé à ce sujet.

        { $by ->
            [secretariat] Vous pouvez vous connecter de nouveau comme d’habitude. Si vous ne savez pas pourquoi cela a été fait, adressez-vous au Secrétariat.
           *[other] { if-not-you }
        }
    .button = Voir mes sessions

mail-new_login = Connexion à votre compte depuis un programme ou un réseau inhabituel
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), quelqu’un s’est connecté à votre compte sur le portail { $community } depuis le réseau { $network } avec { program }. Le portail ne connaît aucune connexion antérieure avec ce programme depuis ce réseau.

        { if-it-was-you }
    .button = { password-if-not-you }

mail-login_after_failures = Connexion à votre compte après plusieurs mots de passe erronés
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), quelqu’un s’est connecté à votre compte sur le portail { $community } depuis le réseau { $network } avec { program }, après plusieurs tentatives avec un mot de passe erroné.

        { if-it-was-you }
    .button = { password-if-not-you }

mail-refresh_reuse = Une de vos sessions a été fermée par précaution
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), l’identifiant d’une de vos sessions sur le portail { $community } a été utilisé deux fois ; il a peut-être été copié. Par précaution, cette session ne donne plus accès au portail, et ce qui y a été demandé sans avoir encore pris effet (changement d’adresse, invitations, annonces programmées) est annulé ou doit être décidé de nouveau.

        Veuillez vous connecter de nouveau. Si cela se répète, ou si vous n’en connaissez pas la cause, choisissez un nouveau mot de passe et prévenez le Secrétariat.
    .button = Voir mes sessions

mail-factor_added = Un second facteur a été ajouté à votre compte
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), un second facteur a été ajouté à votre compte sur le portail { $community } : une application d’authentification ou une clé d’accès.

        { if-not-you }
    .button = { password-if-not-you }

mail-factor_removed = Un second facteur a été retiré de votre compte
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), un second facteur a été retiré de votre compte sur le portail { $community }.{ COUNT($tokens) ->
            [0] {""}
            [one] {" "}Un de vos jetons d’API, créé au moyen de ce facteur, a également été révoqué.
           *[other] {" "}{ $tokens } de vos jetons d’API, créés au moyen de ce facteur, ont également été révoqués.
        }

        { if-not-you }
    .button = { password-if-not-you }

mail-passkey_changed = L’état de sauvegarde d’une de vos clés d’accès a changé
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), votre clé d’accès « { $passkey } » a servi à se connecter à votre compte sur le portail { $community }, et elle indique désormais un autre état de sauvegarde. { $backup ->
            [never] La clé d’accès reste sur un seul appareil et n’est pas sauvegardée.
            [possible] La clé d’accès peut être sauvegardée ou partagée entre vos appareils, mais ne l’est pas encore.
           *[done] La clé d’accès est sauvegardée ou partagée entre vos appareils.
        }

        Cela arrive quand un gestionnaire de mots de passe est mis à jour, ou quand la clé d’accès passe de l’un à l’autre. La clé d’accès fonctionne comme avant, et vous n’avez rien à faire.

        Si ce n’était pas vous, retirez cette clé d’accès de votre compte, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail) et prévenez le Secrétariat.
    .button = Voir mes clés d’accès

mail-passkey_suspended = Une de vos clés d’accès a été suspendue
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), votre clé d’accès « { $passkey } » a été utilisée pour votre compte sur le portail { $community } et a été refusée : { $reason ->
            [counter_went_back] son compteur de signatures, qui augmente à chaque utilisation, n’a pas augmenté. Il existe peut-être une copie de la clé d’accès dont quelqu’un d’autre se sert ; ou bien la clé a été restaurée depuis une sauvegarde.
           *[other] elle indique à la fois qu’elle est sauvegardée et qu’elle ne peut pas l’être, ce qui est contradictoire.
        }

        { $reason ->
            [counter_went_back] La clé d’accès ne permet plus de se connecter tant que vous n’avez pas décidé. Connectez-vous avec votre application d’authentification, un code de secours ou une autre clé d’accès, et vérifiez vos sessions. Si vous avez vous-même restauré ou déplacé la clé d’accès, acceptez-la de nouveau dans votre compte ; sinon, retirez-la. Si vous n’avez pas d’autre second facteur, demandez au Secrétariat de réinitialiser vos seconds facteurs.
           *[other] La clé d’accès fonctionnera de nouveau dès qu’elle indiquera un état cohérent : mettez à jour le programme ou l’appareil qui la contient. D’ici là, utilisez votre application d’authentification, un code de secours ou une autre clé d’accès ; à défaut, demandez au Secrétariat de réinitialiser vos seconds facteurs.
        }

        { if-not-you }
    .button = Voir mes clés d’accès

mail-passkey_accepted = Une clé d’accès suspendue a été acceptée de nouveau
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), votre clé d’accès « { $passkey } », qui était suspendue, a été acceptée de nouveau pour votre compte sur le portail { $community }. Elle permet de se connecter comme avant.

        Si ce n’était pas vous, retirez cette clé d’accès de votre compte, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail) et prévenez le Secrétariat.
    .button = Voir mes clés d’accès

mail-recovery_code_used = Un code de secours a été utilisé
    .body =
        Un code de secours de votre compte sur le portail { $community } a servi à se connecter. { COUNT($left) ->
            [0] Il ne vous reste aucun code de secours : veuillez en créer de nouveaux dès maintenant.
            [one] Il vous reste un code de secours.
           *[other] Il vous reste { $left } codes de secours.
        }

        Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail), créez de nouveaux codes de secours et prévenez le Secrétariat.
    .button = Créer de nouveaux codes de secours

mail-recovery_codes_made = De nouveaux codes de secours ont été créés
    .body =
        Le { DAY($time) } à { HOUR($time) } (UTC), de nouveaux codes de secours ont été créés pour votre compte sur le portail { $community }. Les anciens codes ne sont plus valables.

        { if-not-you }
    .button = { password-if-not-you }

mail-factors_reset = Vos seconds facteurs ont été réinitialisés
    .body =
        Le Secrétariat ({ $community }) a retiré les seconds facteurs de votre compte, à la suite du signalement de leur perte. Votre mot de passe ne fonctionne plus et vos sessions sont fermées.

        { $reason }

        Veuillez choisir un nouveau mot de passe au moyen du lien ci-dessous ; il est valable { SPAN($minutes, "minutes") }, ensuite vous pourrez en demander un autre par « Mot de passe oublié ? ». Puis connectez-vous et ajoutez un second facteur. Si vous n’aviez rien demandé, prévenez immédiatement le Secrétariat.
    .button = Choisir un nouveau mot de passe

mail-address_change_asked = Une modification de votre adresse a été demandée
    .body =
        Quelqu’un qui est connecté à votre compte sur le portail { $community } a demandé à le rattacher à une autre adresse électronique. La modification prendra effet quand cette adresse aura été confirmée.

        Si ce n’était pas vous, annulez ce changement au moyen du lien ci-dessous. Ce lien est valable { SPAN($days, "days") }, même après le changement, et ferme toutes les sessions du compte.
    .button = Conserver cette adresse

mail-account_leaving = Votre compte va être effacé
    .body =
        Quelqu’un qui est connecté à votre compte sur le portail { $community } a demandé à l’effacer. Vos mandats ont pris fin, vous ne figurez plus dans l’annuaire, et le { DAY($day) } toutes les données personnelles seront effacées définitivement. D’ici là, personne ne peut se connecter.

        Si ce n’était pas vous, ou si vous avez changé d’avis, conservez le compte au moyen du lien ci-dessous. Ce lien est valable jusqu’au { DAY($last_day) }.
    .button = Conserver mon compte

mail-account_kept = Votre compte est conservé
    .body =
        Votre compte sur le portail { $community } ne sera pas effacé. Vos mandats restent terminés : pour figurer de nouveau dans l’annuaire, adressez-vous à la coordination de votre administration ou au Secrétariat.

        Si ce n’est pas vous qui aviez demandé l’effacement, modifiez votre mot de passe dès maintenant.
    .button = Choisir un nouveau mot de passe

mail-confirm_address = Veuillez confirmer votre nouvelle adresse électronique
    .body =
        Vous avez demandé à utiliser cette adresse pour votre compte sur le portail { $community }. Veuillez confirmer que cette adresse est la vôtre : d’ici là, rien ne change.

        Le lien ne sert qu’une fois et reste valable { SPAN($hours, "hours") }. Si vous n’avez rien demandé, ignorez ce courriel.
    .button = Confirmer mon adresse

mail-address_changed = Votre adresse a été modifiée
    .body =
        Votre compte sur le portail { $community } est désormais rattaché à cette adresse. Connectez-vous dorénavant avec cette adresse.
    .button = Se connecter

mail-address_change_undone = Votre ancienne adresse est rétablie
    .body =
        Le changement d’adresse de votre compte sur le portail { $community } a été annulé. Par précaution, toutes les sessions ont été fermées et le mot de passe ne fonctionne plus.

        Veuillez choisir un nouveau mot de passe au moyen du lien ci-dessous ; il est valable { SPAN($minutes, "minutes") }, ensuite vous pourrez en demander un autre par « Mot de passe oublié ? ».
    .button = Choisir un nouveau mot de passe

mail-contact_confirmed = Votre fiche a été confirmée ({ $organisation })
    .body =
        La coordination ({ $organisation }) ou le Secrétariat a confirmé que votre fiche dans l’annuaire de la communauté ({ $community }) est toujours exacte.

        Veuillez vérifier votre fiche dans votre profil et y corriger ce qui n’est plus exact.
    .button = Vérifier mon profil

mail-mandate_changed = La fin de votre mandat a été modifiée ({ $organisation })
    .body =
        { $ends ->
            [yes] La fin de votre mandat au sein de la communauté ({ $community }, { $organisation }) a été fixée au { DAY($day) }.
           *[no] La date de fin de votre mandat au sein de la communauté ({ $community }, { $organisation }) a été supprimée.
        }

        Si cela n’est pas exact, veuillez vous adresser à la coordination de votre administration ou au Secrétariat.
    .button = { see-appointment }

mail-contact_changed = Votre fiche dans l’annuaire a été modifiée
    .body =
        { $by ->
            [secretariat] Le Secrétariat
           *[coordinator] La coordination
        } a modifié votre fiche ({ $organisation }) dans l’annuaire de la communauté ({ $community }). Modifications : { $fields }.

        Veuillez vérifier votre fiche dans votre profil. Si elle n’est pas exacte, corrigez-la et demandez à la coordination de votre administration ou au Secrétariat pourquoi elle a été modifiée.
    .button = Vérifier mon profil

mail-account_suspended = Votre compte est suspendu
    .body =
        Le Secrétariat a suspendu votre compte sur le portail { $community } : vous ne pouvez pas vous connecter et vous ne figurez plus dans l’annuaire.

        { $reason }

        Veuillez vous adresser au Secrétariat si vous pensez que c’est une erreur.
    .button = Voir à qui s’adresser

mail-account_reinstated = Votre compte est rétabli
    .body =
        Votre compte sur le portail { $community } n’est plus suspendu. Vous pouvez de nouveau vous connecter. Si vous êtes contact, vous figurez de nouveau dans l’annuaire.
    .button = Se connecter

mail-wrong_codes = Votre mot de passe est peut-être connu d’un tiers
    .body =
        Plusieurs tentatives de connexion sur le portail { $community } avec votre mot de passe ont échoué au second facteur, la dernière le { DAY($time) } à { HOUR($time) } (UTC). Aucun code n’est accepté pendant un moment.

        Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail) et prévenez le Secrétariat.
    .button = { password-if-not-you }

mail-token_made = Un jeton d’API a été créé pour votre compte
    .body =
        Un jeton d’API nommé « { $token } » a été créé pour votre compte sur le portail { $community }. Toute personne qui le détient peut accéder au portail en votre nom, dans les limites que vous avez choisies.

        Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe (« Mot de passe oublié ? » sur le portail), ce qui révoque tous les jetons, et prévenez le Secrétariat.
    .button = { password-if-not-you }

## Réponses identiques quoi que l'on sache

answer-registered = Merci. Si l’adresse peut être inscrite, un courriel contenant un lien lui a été envoyé. Veuillez utiliser ce lien pour confirmer l’adresse et choisir votre mot de passe. Si plusieurs demandes ont été faites avec cette adresse en quelques heures, aucun autre courriel n’est envoyé : utilisez le lien du dernier et corrigez-y la demande.
answer-forgot = Si un compte existe à cette adresse, un courriel contenant un lien lui a été envoyé.
answer-address = Merci. Si l’adresse peut être utilisée, un courriel contenant un lien lui a été envoyé. Votre adresse reste la même tant que ce lien n’a pas été utilisé.

## Pages

page-foot = Page disponible en français et en anglais, selon la langue de votre navigateur.
page-home = Bienvenue
    .body = Voici le portail { $community }, réseau de contacts au sein des administrations des douanes. Si votre administration vous a désigné(e), demandez votre inscription. Pour toute question, adressez-vous au Secrétariat ou à la coordination de votre administration.
page-verify = Confirmer votre adresse
    .body =
        Voici la demande qui a été faite avec votre adresse.

        Choisissez un mot de passe pour votre compte et cliquez sur le bouton pour confirmer votre adresse. Votre demande sera alors transmise à la coordination de votre administration ou au Secrétariat. Si ce n’est pas ce que vous avez saisi, corrigez-le d’abord : d’autres personnes ont pu utiliser votre adresse. Si vous n’avez rien demandé, fermez cette page : aucune suite ne sera donnée.
    .button = Confirmer mon adresse
page-verify-again = Confirmer votre demande
    .body =
        Voici la demande qui a été faite avec votre adresse.

        Un compte existe déjà à cette adresse. Le nom, le mot de passe et la fiche de ce compte ne changent pas ; vous vous connectez comme auparavant. Cliquez sur le bouton pour transmettre la demande à la coordination de votre administration ou au Secrétariat. Si ce n’est pas ce que vous avez saisi, corrigez-le d’abord : d’autres personnes ont pu utiliser votre adresse. Si vous n’avez rien demandé, fermez cette page : aucune suite ne sera donnée.
    .button = Confirmer ma demande
page-verified = Merci, votre adresse est confirmée
    .body = Votre demande a été transmise à la coordination de votre administration ou au Secrétariat. Un courriel vous informera dès qu’elle sera traitée. { how-to-log-in } Tant que la demande n’est pas traitée, seul votre compte vous est accessible.
page-verified-already = Votre adresse est déjà confirmée
    .body = Vous n’avez plus rien à faire ici. Un courriel vous informera de la suite donnée à votre demande.
page-reset-already = Votre mot de passe a déjà été modifié
    .body = Ce lien a déjà été utilisé. Si vous n’avez pas choisi ce mot de passe, ou ne le connaissez plus, demandez un nouveau lien.
page-address-confirmed-already = Votre adresse a déjà été modifiée
    .body = Vous n’avez plus rien à faire ici. Connectez-vous avec la nouvelle adresse.
page-address-restored-already = Votre ancienne adresse est déjà rétablie
    .body = Vous n’avez plus rien à faire ici. Un courriel avec un lien pour choisir un nouveau mot de passe lui a été envoyé.
page-account-kept-already = Votre compte est déjà conservé
    .body = Vous n’avez plus rien à faire ici. Vous pouvez vous connecter.
page-invitation-accepted-already = Vous avez déjà accepté cette invitation
    .body = Vous n’avez plus rien à faire ici. Vous pouvez vous connecter avec votre adresse et votre mot de passe.
page-contact-confirmed-already = Votre fiche est déjà confirmée
    .body = Vous n’avez plus rien à faire ici jusqu’à notre prochaine demande de confirmation, dans un an.
# Le titre est celui du problème. Que faire ensuite, pour un lien qui n’est plus valable.
page-failed = Une erreur est survenue
    .body = { $link ->
        [verify] Si vous souhaitez vous inscrire, présentez une nouvelle demande ; vous recevrez un nouveau lien. Si vous aviez déjà confirmé, connectez-vous.
        [reset] Vous pouvez demander ci-dessous un nouveau lien pour choisir un mot de passe.
        [confirm_address] Connectez-vous et indiquez de nouveau votre nouvelle adresse ; vous recevrez un nouveau lien.
        [undo_address] Si votre adresse a été modifiée contre votre gré, adressez-vous au Secrétariat.
        [keep_account] Si vous souhaitez conserver votre compte, adressez-vous au Secrétariat.
        [invitation] Demandez à la coordination de votre administration ou au Secrétariat de vous adresser une nouvelle invitation.
        [confirm_contact] Connectez-vous pour confirmer votre fiche sur le portail, ou utilisez le lien d’un courriel plus récent.
        [setup] Demandez un nouveau lien à la personne qui exploite le serveur.
       *[none] {""}
    }
page-forgot = Mot de passe oublié ?
    .body = Indiquez l’adresse avec laquelle vous vous connectez. Si un compte existe à cette adresse, un courriel avec un lien pour choisir un nouveau mot de passe vous sera envoyé.
    .button = M’envoyer un lien
page-forgot-sent = Veuillez consulter votre messagerie
    .body =
        Si un compte existe à cette adresse, un courriel contenant un lien lui a été envoyé. Le lien est valable { SPAN($minutes, "minutes") } et ne sert qu’une fois.

        Si aucun courriel ne vous parvient dans les minutes qui suivent, consultez le dossier des courriels indésirables et vérifiez qu’il s’agit bien de l’adresse avec laquelle vous vous connectez. Demandez ensuite un autre lien, ou adressez-vous au Secrétariat.
page-reset = Choisir un nouveau mot de passe
    .body = Toutes vos sessions sont fermées lorsque le mot de passe est modifié ; vous vous connectez alors de nouveau.
    .button = Modifier mon mot de passe
page-reset-done = Votre mot de passe a été modifié
    .body = Vous pouvez maintenant vous connecter avec ce mot de passe.
page-confirm-address = Confirmer votre nouvelle adresse
    .body = Cliquez sur le bouton pour confirmer que cette adresse est la vôtre. Vous vous connecterez ensuite avec cette adresse.
    .button = Confirmer mon adresse
page-address-confirmed = Votre adresse a été modifiée
    .body = Connectez-vous dorénavant avec la nouvelle adresse.
page-undo-address = Conserver votre ancienne adresse
    .body = Cliquez sur le bouton pour annuler le changement d’adresse. Toutes les sessions du compte seront alors fermées et vous recevrez un lien pour choisir un nouveau mot de passe.
    .button = Conserver cette adresse
page-address-restored = Votre ancienne adresse est rétablie
    .body = Un courriel avec un lien pour choisir un nouveau mot de passe a été envoyé à cette adresse.
page-keep-account = Conserver votre compte
    .body = Cliquez sur le bouton pour conserver votre compte. Il ne sera pas effacé, mais vos mandats restent terminés.
    .button = Conserver mon compte
page-account-kept = Votre compte est conservé
    .body = Vous pouvez de nouveau vous connecter. Pour figurer de nouveau dans l’annuaire, adressez-vous à la coordination de votre administration ou au Secrétariat.
page-invitation = Accepter l’invitation
    .body =
        Une invitation à rejoindre la communauté ({ $community }) vous a été adressée. Cette invitation est destinée à { $name }, pour la fonction suivante : { role-named } ({ $organisation }).

        Si vous acceptez, vous figurerez dans l’annuaire, que consultent les autres contacts.

        L’invitation est valable jusqu’au { DAY($until) } à { HOUR($until) } (UTC).
    .button = Accepter
page-invitation-accepted = Bienvenue
    .body = Vous avez accepté l’invitation à rejoindre la communauté ({ $community }) et figurez désormais dans l’annuaire. { how-to-log-in }{ $role ->
        [coordinator] {" "}{ second-factor }
       *[other] {""}
    }
page-invitation-waits = Merci
    .body = Vous avez accepté l’invitation à rejoindre la communauté ({ $community }). Votre mandat attend encore l’approbation du Secrétariat ; un courriel vous informera de son entrée en vigueur. { how-to-log-in } Tant que le mandat n’est pas en vigueur, seul votre compte vous est accessible.
how-to-log-in = { $password ->
    [chosen] Vous pouvez vous connecter avec le mot de passe que vous venez de choisir.
   *[kept] Vous vous connectez comme auparavant.
    }
page-confirm-contact = Confirmer votre fiche
    .body =
        Cliquez sur le bouton pour confirmer que vous êtes toujours un contact de la communauté ({ $community }) à ce titre ({ $organisation }, { role-named }) et que cette fiche dans l’annuaire est exacte.
    .button = Confirmer ma fiche
page-contact-confirmed = Merci
    .body = Votre fiche est confirmée pour un an ({ $organisation }, { role-named }).
page-unsubscribe = Se désabonner de ce thème
    .body =
        En cliquant sur ce bouton, vous ne recevrez plus d’annonces sur « { $topic } ». Vous continuerez de recevoir les avis officiels ({ $community }).

        Vous pouvez revenir sur ce choix à tout moment dans votre profil.
    .button = Se désabonner de « { $topic } »
page-unsubscribe-all = Se désabonner de tous les thèmes
    .body = En cliquant sur ce bouton, vous ne recevrez plus que les avis officiels ({ $community }), et aucune autre annonce.
    .button = Se désabonner de tous les thèmes
page-unsubscribed = Désabonnement de « { $topic } » enregistré
    .body = Vous ne recevrez plus d’annonces sur ce thème, y compris celles dont l’envoi est en cours.
page-unsubscribe-closed = Ce lien n’est pas valable
    .body = Ce lien a expiré ou est incomplet, ou il provient d’un envoi de test. Utilisez celui d’un courriel plus récent. Une fois connecté au portail, on peut aussi choisir dans son profil les annonces à recevoir.
page-unsubscribed-all = Désabonnement de tous les thèmes enregistré
    .body = Désormais, vous ne recevrez que les avis officiels.
link-unsubscribe-all = Se désabonner de tous les thèmes
feed-announcements = Annonces ({ $community })
page-subscriptions = Comment vous recevez les annonces
    .body = Choisissez à quelle fréquence vous recevez les annonces ({ $community }) et sur quels thèmes. Les avis officiels n’ont pas de thème et sont toujours envoyés dès leur publication.
    .button = Enregistrer
page-subscriptions-chosen = Votre choix est enregistré
    .body = Ce choix s’applique dès maintenant. Vous pouvez le modifier par le même lien ou dans votre profil.
field-digest = Fréquence
field-topics = Thèmes
choice-digest-at_once = Dès sa publication
choice-digest-daily = Une fois par jour, en un récapitulatif
choice-digest-weekly = Le lundi, en un récapitulatif
page-privacy = Utilisation de vos données
    .body =
        { $community } est un réseau de contacts désignés par leurs administrations. À cette fin, nous conservons vos nom, fonction, organisation, adresse professionnelle, langues et domaines de compétence, ainsi que ce qui permet votre connexion. Ces données proviennent de votre administration ou de vous-même.

        Votre fiche est visible des contacts actifs ; votre téléphone ne l’est que des personnes que vous autorisez. Le Secrétariat et la coordination de votre propre organisation gèrent la fiche. Les contacts peuvent copier l’annuaire dans leurs propres carnets d’adresses et programmes ; le Secrétariat peut y relier des programmes qui reçoivent les modifications. Rien n’est vendu.

        Enquêtes : les réponses appartiennent à votre organisation. Nous conservons chaque valeur avec le nom de la personne qui l’a saisie, ainsi que les commentaires. Le Secrétariat ne lit nominativement que ce que la question indique.

        Annonces : si une confirmation de lecture vous est demandée, le Secrétariat voit le nom des personnes qui ont confirmé.

        Cookies : le portail ne dépose que ceux dont la connexion, la langue et l’avis affiché sur la page suivante ont besoin.

        Durées de conservation :

        – demandes d’inscription dont l’adresse n’a pas été confirmée : { SPAN($unverified, "days") }

        – invitations sans suite : { SPAN($invitations, "days") } après leur expiration

        – demandes d’inscription sans suite : { SPAN($applications, "days") }

        – fiche dans l’annuaire : { SPAN($contacts, "days") } après la fin du mandat

        – lettres de désignation : { SPAN($letters, "days") } après la fin du mandat

        – réseaux de vos connexions, y compris dans le journal d’audit : { SPAN($networks, "days") }

        – liste des destinataires de chaque courriel : { SPAN($mails, "days") }

        Le journal d’audit est conservé sans limite de durée et ne nomme personne. Un compte que vous demandez à effacer est fermé immédiatement et effacé après { SPAN($grace, "days") }.

        Vous pouvez consulter, corriger, exporter et effacer tout ce qui est conservé à votre sujet : connectez-vous, ou adressez-vous au Secrétariat.
page-setup = Créer le compte d’administration
    .body =
        Ce lien permet de créer un compte d’administration du portail { $community }. { $address ->
            [none] Le lien ne sert qu’une fois.
           *[other] Le compte aura l’adresse { $address }. Le lien ne sert qu’une fois.
        }
    .button = Créer le compte
page-setup-done = Le compte d’administration est créé
    .body = Vous pouvez maintenant vous connecter avec l’adresse { $address } et votre mot de passe. { second-factor }
field-name = Nom
    .hint = -
field-email = Adresse électronique
    .hint = -
field-password = Mot de passe
    .hint = Au moins { $min } caractères. Plusieurs mots forment un bon mot de passe, facile à retenir.
link-docs = Pour les programmes : description de l’interface
link-home = Page d’accueil
link-privacy = Utilisation de vos données
link-correct-application = Corriger cette demande, ou la remplacer par la vôtre
link-back-to-application = Revenir à la demande telle qu’elle a été envoyée
link-forgot = Mot de passe oublié ?

## Mots de l'annuaire, et têtes de ses tableaux

changed-name = le nom
changed-job_title = la fonction
changed-job_title_audience = qui voit la fonction
changed-phone = le numéro de téléphone
changed-phone_audience = qui voit le numéro de téléphone
changed-email = l’adresse électronique
changed-email_audience = qui voit l’adresse électronique
changed-languages = les langues
changed-languages_audience = qui voit les langues
changed-technologies = les technologies
changed-technologies_audience = qui voit les technologies
confirmation-confirmed = Confirmée
confirmation-due = À confirmer
confirmation-unconfirmed = Non confirmée
scope-profile-read = lire votre profil
scope-community-read = lire l’annuaire et les annonces
scope-registrations-decide = décider des demandes d’inscription
scope-announcements-manage = gérer les annonces
scope-appointments-manage = gérer les mandats
scope-audit-read = lire le journal d’audit
scope-statistics-read = lire les statistiques
scope-surveys-answer = répondre aux enquêtes pour sa propre organisation
scope-surveys-read = lire les questionnaires publiés et les éditions des enquêtes
scope-surveys-manage = gérer les enquêtes et leurs éditions
role-secretariat = Secrétariat
role-coordinator = Coordination
role-ncp = Point de contact national
role-contributor = Contribution
role-partner = Organisme partenaire
role-auditor = Audit
results-all = Ensemble
results-answered = Ont répondu
results-no_answer = Sans réponse
results-not_asked = Question non posée
results-no_region = Sans région
region-AMS = Amériques et Caraïbes
region-EUR = Europe
region-ESA = Afrique orientale et australe
region-WCA = Afrique occidentale et centrale
region-MENA = Afrique du Nord, Proche et Moyen-Orient
region-AP = Asie/Pacifique
language-en = anglais
language-fr = français
language-es = espagnol
language-ar = arabe
language-ru = russe
language-pt = portugais
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
column-confirmation = Confirmation (code)
column-confirmation_name = Confirmation
column-confirmed_at = Confirmé le
column-updated_at = Modifié le
column-language = Langue
column-preferred = Langue de correspondance
column-state = État
column-attempts = Tentatives
column-last_code = Dernier code
column-last_status = Dernier statut
column-last_reply = Dernière réponse
column-sent_at = Envoyé le
column-bounced_at = Retourné le
column-bounce_kind = Nature du retour
column-bounce_cause = Cause du retour
column-bounce_status = Code du retour
column-acknowledged_at = Lecture confirmée le
column-id = Identifiant

## Les mots des codes : états des mandats, des demandes et des annonces, et ce que l'on en fait

status-none = aucun
status-invited = en attente d’acceptation (invitation en cours)
status-incomplete = incomplet
status-pending = en attente de décision
status-active = en vigueur
status-unconfirmed = en vigueur, mais non confirmé
status-suspended = suspendu
status-rejected = rejeté
status-lapsed = caduc
status-expired = expiré
status-replaced = transmis
status-ended = terminé
status-withdrawn = retiré
event-apply = demander son inscription
event-invite = inviter
event-appoint = désigner
event-accept = accepter
event-accept_for_approval = accepter
event-withdraw = retirer
event-submit = soumettre de nouveau
event-approve = approuver
event-reject = rejeter
event-request_info = demander un complément
event-confirm = confirmer
event-miss_confirmation = signaler comme non confirmé
event-bounce = signaler comme non confirmé
event-suspend = suspendre
event-reinstate = rétablir
event-replace = transmettre
event-resign = mettre fin
event-mandate_ends = mettre fin
event-lapse = rendre caduc
event-expire = faire expirer
application-status-unverified = adresse non confirmée
application-status-pending = en attente de décision
application-status-approved = approuvée
application-status-rejected = rejetée
application-status-superseded = remplacée par une autre demande
announcement-status-draft = à l’état de brouillon
announcement-status-submitted = en attente d’approbation
announcement-status-approved = approuvée
announcement-status-scheduled = programmée
announcement-status-sending = en cours d’envoi
announcement-status-paused = suspendue
announcement-status-sent = envoyée
announcement-status-cancelled = annulée
announcement-status-held = retenue
announcement-event-submit = soumettre à approbation
announcement-event-approve = approuver
announcement-event-reject = rejeter
announcement-event-revise = modifier
announcement-event-schedule = programmer
announcement-event-unschedule = annuler la programmation
announcement-event-start = envoyer
announcement-event-hold = retenir
announcement-event-pause = suspendre
announcement-event-resume = reprendre
announcement-event-cancel = annuler
announcement-event-finish = terminer
announcement-event-retry = renvoyer ce qui a échoué

## Ce que l'on dit à un logiciel de carnet d'adresses

carddav-malformed = Cette requête n’est pas comprise.
carddav-too-many = Les contacts sont trop nombreux pour une seule liste. Utilisez sync-collection, qui procède par pages.
carddav-properties = Cette requête demande plus de propriétés qu’il n’en est donné. Demandez-en moins, ou celles qu’ont les contacts.
carddav-sync-token = Ce jeton est trop ancien, ou ce que vous pouvez voir a changé. Recommencez sans jeton.
carddav-depth = Demandez avec Depth: 0 ou 1.
carddav-read-only = Ce carnet d’adresses est en lecture seule. Les contacts se modifient sur le portail.
carddav-filter = Le carnet d’adresses ne permet pas de chercher par { $what }.
carddav-conditions = Une recherche a au plus { $max } conditions, chacune avec un texte d’au plus { $length } octets.
carddav-collation = Le carnet d’adresses ne permet pas de comparer selon { $what }. Utilisez i;unicode-casemap, i;ascii-casemap ou i;octet.
carddav-unsupported = Le carnet d’adresses n’offre pas cela.

## Problèmes : problem-<code> est le titre, .detail ce qui s'est passé et que faire

problem-internal = Une erreur est survenue
    .detail = Le portail n’a pas pu effectuer cette opération. Veuillez réessayer plus tard ; si l’erreur persiste, communiquez cette référence au Secrétariat : { $request_id }.
problem-not_found = Élément introuvable
    .detail = Cet élément n’existe pas, ou vous n’y avez pas accès. Vérifiez l’adresse, ou revenez à l’accueil.
problem-method_not_allowed = Opération impossible à cette adresse
    .detail = Cette adresse n’accepte pas cette méthode.
problem-bad_request = Requête incomprise
    .detail = La requête est mal formée.
problem-bad_query = Paramètre incorrect
    .detail = Veuillez corriger les paramètres indiqués ci-dessous.
problem-malformed_json = Format JSON incorrect
    .detail = Le contenu est incomplet ou comporte une erreur à la ligne { $line }, colonne { $column }.
problem-invalid = Saisie à corriger
    .detail = Les champs indiqués ci-dessous ne peuvent être acceptés tels quels. Rien n’a été modifié.
problem-media_type = Type de contenu incorrect
    .detail = Le contenu est attendu sous la forme { $wanted }.
problem-too_large = Contenu trop volumineux
    .detail = { $limit ->
        [unknown] Le contenu dépasse ce que le portail accepte.
       *[other] Le contenu dépasse ce que le portail accepte ici : { SIZE($limit) } au plus.
    }
problem-too_slow = Transmission trop lente
    .detail = La requête a mis trop de temps à arriver. Veuillez réessayer.
problem-broken_body = Contenu incomplet
    .detail = La requête n’est pas arrivée entière. Veuillez réessayer.
problem-busy = Portail très sollicité
    .detail = Le portail est très sollicité. Veuillez réessayer dans quelques secondes ; rien n’a été modifié.
problem-too_many_connections = Trop de connexions
    .detail = Votre adresse a trop de connexions ouvertes. Veuillez en fermer, patienter quelques secondes et réessayer.
problem-work_under_way = Opération déjà en cours
    .detail = Un de vos imports, exports, envois de fichiers ou affichages de listes est encore en cours. Veuillez attendre la fin de cette opération, ou l’annuler, puis réessayer.
problem-database_contended = Portail très sollicité
    .detail = D’autres personnes modifient les mêmes données. Veuillez réessayer dans quelques secondes ; rien n’a été modifié.
problem-database_crowded = Portail très sollicité
    .detail = La base de données du portail n’accepte plus de connexion. Veuillez réessayer dans quelques secondes ; rien n’a été modifié.
problem-database_failing = Service momentanément indisponible
    .detail = Les données du portail ne peuvent être ni écrites ni lues : un disque est défaillant. Veuillez réessayer plus tard ; rien n’a été modifié.
problem-database_full = Modifications momentanément impossibles
    .detail = Le portail ne peut rien enregistrer : son disque est plein. Veuillez réessayer plus tard ; rien n’a été modifié.
problem-database_read_only = Modifications momentanément impossibles
    .detail = Les données du portail peuvent être lues mais non modifiées pour le moment. Veuillez réessayer plus tard ; rien n’a été modifié.
problem-database_slow = Portail très sollicité
    .detail = Votre demande a pris trop de temps et a été interrompue. Veuillez réessayer dans quelques secondes ; rien n’a été modifié.
problem-database_unreachable = Service momentanément indisponible
    .detail = Le portail n’accède pas à ses données. Veuillez réessayer dans quelques secondes.
problem-starting = Démarrage en cours
    .detail = Le portail démarre. Veuillez réessayer dans quelques secondes.
problem-draining = Redémarrage imminent
    .detail = Cette partie du portail va s’arrêter. Veuillez réessayer dans quelques secondes.
problem-clock_wrong = Service momentanément indisponible
    .detail = L’horloge de ce serveur n’est pas à l’heure. Veuillez réessayer dans quelques minutes.
problem-maintenance = Maintenance en cours
    .detail = { $text } Aucune modification n’est possible avant { $until } UTC environ ; la consultation reste possible.
problem-space_low = Espace insuffisant
    .detail = Le disque du portail n’a plus assez de place pour cette opération. Rien n’a été modifié ; veuillez prévenir le Secrétariat.
problem-login_required = { $token ->
        [configured] Jeton requis
       *[access] Veuillez vous connecter
    }
    .detail = { $token ->
        [configured] Cette opération n’est possible qu’avec le jeton de la configuration du portail.
       *[access] Cette opération n’est possible qu’après connexion.
    }
problem-token_invalid = { $token ->
        [api] Le jeton d’API n’est pas valable
        [configured] Le jeton n’est pas valable
       *[access] Veuillez vous connecter de nouveau
    }
    .detail = { $token ->
        [api] Le jeton d’API est inconnu, a été révoqué ou a expiré. Son titulaire peut en créer un autre.
        [configured] Ce jeton n’est pas celui de la configuration du portail.
       *[access] Votre connexion n’est pas valable. Veuillez vous connecter de nouveau.
    }
problem-token_expired = Session à renouveler
    .detail = Votre connexion a expiré. Veuillez vous connecter de nouveau.
problem-rights_changed = Vos droits ont changé
    .detail = Vos droits sur cette page viennent de changer. Rien n’a été enregistré. Veuillez vérifier vos mandats et réessayer.
problem-session_ended = Votre session est terminée
    .detail = Veuillez vous connecter de nouveau.
problem-refresh_token_invalid = Votre session est terminée
    .detail = Votre session ne peut pas être renouvelée. Veuillez vous connecter de nouveau.
problem-wrong_credentials = Adresse ou mot de passe incorrect
    .detail = Veuillez vérifier les deux. Si vous avez oublié votre mot de passe, demandez un lien pour en choisir un autre. Si vous venez de vous inscrire, confirmez d’abord votre adresse au moyen du lien reçu.
problem-awaiting_approval = Demande en attente d’approbation
    .detail = Votre demande n’a pas encore été examinée. La coordination de votre administration ou le Secrétariat prendra une décision, et un courriel vous en informera. D’ici là, seul votre profil vous est accessible.
problem-no_active_appointment = Aucun mandat en vigueur
    .detail = Vous n’avez actuellement aucun mandat en vigueur. Veuillez vous adresser à la coordination de votre administration ou au Secrétariat.
problem-members_only = Page réservée aux Membres
    .detail = L’annuaire et les pages de la communauté ne sont pas ouverts aux organismes partenaires.
problem-secretariat_only = Opération réservée au Secrétariat
    .detail = Cette opération est réservée au Secrétariat. Veuillez lui adresser votre demande.
problem-hand_over_under_way = Transmission du mandat en cours
    .detail = Le mandat est en cours de transmission et prend fin avec celle-ci. Pour fixer une autre date de fin, annulez d’abord la transmission.
problem-no_hand_over = Aucune transmission en cours
    .detail = Ce mandat n’est pas en cours de transmission : il n’y a rien à annuler.
problem-decided_at_appointments = Liste réservée au Secrétariat
    .detail = Cette liste est réservée au Secrétariat. Les demandes de votre administration figurent parmi les mandats en attente de décision.
problem-own_case = Décision impossible sur votre propre demande
    .detail = Vous ne pouvez pas statuer sur votre propre demande ou invitation. Adressez-vous à une autre personne habilitée de votre administration, ou au Secrétariat.
problem-invite_instead = Invitation nécessaire
    .detail = Cette personne n’a jamais eu de mandat dans votre organisation et doit d’abord donner son accord. Veuillez lui adresser une invitation par courriel : le mandat entre en vigueur dès l’acceptation de l’invitation.
problem-not_pending = Demande déjà traitée
    .detail = Cette demande n’attend pas de décision (état : { $status }).
problem-already_sent = Annonce déjà envoyée
    .detail = Des courriels de cette annonce ont été envoyés : elle ne peut plus être modifiée. Rédigez une nouvelle annonce ; les courriels qui ne sont pas encore envoyés peuvent être annulés.
problem-acknowledgement_not_asked = Aucune confirmation de lecture demandée
    .detail = Cette annonce ne demande pas de confirmation de lecture.
problem-deliveries_gone = Données supprimées
    .detail = La liste des destinataires de cette annonce n’est plus conservée. Le résumé en indique toujours le nombre.
problem-announcement_not_possible_now = Opération impossible pour l’instant
    .detail = L’annonce est { $status } ; dans cet état, l’opération « { $event } » n’est pas possible. { $possible ->
        [none] Aucune autre opération n’est possible.
       *[other] Opérations possibles : { $possible }.
    }
problem-not_a_draft = Suppression réservée aux brouillons
    .detail = Une annonce soumise, approuvée ou programmée redevient un brouillon dès qu’elle est modifiée. Une annonce dont l’envoi a commencé peut être annulée, mais non supprimée.
problem-approval_needed = Approbation d’une seconde personne requise
    .detail = Cette annonce a { $count } destinataires. Une personne seule peut écrire à { $max } contacts au plus, en une annonce ou en toutes celles de 24 heures. Au-delà, l’approbation d’une seconde personne du Secrétariat est requise : veuillez soumettre l’annonce à approbation.
problem-public_approval_needed = Approbation d’une seconde personne requise
    .detail = Tout le monde peut lire une annonce publique. L’approbation d’une seconde personne du Secrétariat est donc requise, même si peu de contacts la reçoivent par courriel : veuillez soumettre l’annonce à approbation.
problem-second_person_needed = Approbation d’une autre personne requise
    .detail = La personne qui a rédigé ou soumis une annonce ne peut pas l’approuver. Adressez-vous à une autre personne du Secrétariat.
problem-approver_not_independent = Approbation d’une autre personne requise
    .detail = Pendant les trente jours qui suivent l’arrivée d’une personne au Secrétariat, elle et quiconque l’a nommée, acceptée ou invitée ne peuvent pas approuver leurs annonces respectives ; il en va de même de deux personnes que la même personne y a fait entrer. Adressez-vous à une autre personne du Secrétariat.
problem-content_changed = Contenu modifié entre-temps
    .detail = L’annonce n’est plus celle qui a été soumise ou lue. Veuillez la relire, puis soumettre ou approuver son texte actuel.
problem-language_missing = Langue manquante
    .detail = L’annonce ne peut être envoyée sans texte dans cette langue : { $languages }. Rédigez ce texte, ou retirez la langue de celles qui sont exigées.
problem-no_recipients = Aucun destinataire
    .detail = Aucun contact ne fait partie de ces destinataires. Veuillez élargir le choix ; le brouillon est conservé.
problem-idempotency_key_malformed = Cette clé Idempotency-Key est illisible
    .detail = Envoyez une seule clé de 1 à { $max } caractères ASCII visibles, de préférence un UUID aléatoire, avec ou sans guillemets.
problem-idempotency_key_reused = Cette clé Idempotency-Key a servi à une autre requête
    .detail = Au cours des dernières 24 heures, vous avez envoyé une autre requête avec la même clé. Choisissez une nouvelle clé pour chaque requête, et ne renvoyez la même clé qu’avec exactement la même requête.
problem-request_in_progress = La même requête est en cours d’exécution
    .detail = Une requête portant cette clé Idempotency-Key n’est pas encore terminée. Renvoyez la requête dans un instant : vous recevrez sa réponse.
problem-too_many_webhooks = Trop de webhooks
    .detail = Il existe déjà { $max } points de réception, soit le maximum. Veuillez en supprimer un qui n’est plus nécessaire.
problem-release_too_early = Pas encore possible
    .detail = Des résultats sont publiés dès l’ouverture de l’édition ; les tableaux par région, une fois celle-ci close. Les Membres lisent les réponses nominatives une fois ces tableaux publiés et leur propre date limite passée.
problem-release_too_large = Trop de chiffres
    .detail = Les tableaux de cette publication compteraient plus de { $max } chiffres, ce qui est le maximum. Publiez le nombre de réponses, ou les totaux sans les tableaux par région.
problem-release_unsafe = Ces résultats en diraient trop
    .detail = La vérification a montré qu’un chiffre masqué pourrait être calculé à partir de ces résultats. Rien n’a été publié. Veuillez en informer les responsables du portail.
problem-bands_fixed = Autres réponses comptées ensemble
    .detail = Les réponses comptées ensemble par région ont été fixées lorsque les chiffres par région de cette édition ont été montrés pour la première fois, dans un aperçu ou une publication. D’autres révéleraient des chiffres masqués. Laissez le champ vide pour garder celles de l’édition.
problem-too_many_previews = Trop d’aperçus
    .detail = Il existe déjà { $max } aperçus différents de cette édition, ce qui est le maximum. Un programme peut encore publier ses résultats, sans aperçu.
problem-too_many_releases = Trop de publications
    .detail = Il existe déjà { $max } publications de cette édition, ce qui est le maximum.
problem-only_counted = Ces réponses sont seulement comptées
    .detail = Personne d’autre que l’administration elle-même ne lit ses réponses à cette question.
problem-too_many_surveys = Trop d’enquêtes
    .detail = Il existe déjà { $max } enquêtes, soit le maximum.
problem-too_many_versions = Trop de versions
    .detail = Cette enquête a déjà { $max } versions, soit le maximum.
problem-draft_exists = Un brouillon existe déjà
    .detail = La version { $number } de cette enquête est un brouillon. Une enquête a un seul brouillon : veuillez le modifier, ou le publier d’abord.
problem-version_published = Version publiée
    .detail = La version { $number } est publiée et ne change plus. Veuillez commencer une nouvelle version.
problem-survey_plan_committed = Ce fichier est déjà devenu le brouillon
    .detail = Ce qui y a été lu se trouve dans le brouillon. Pour une modification, envoyez un autre fichier.
problem-survey_plan_outdated = Brouillon modifié entre-temps
    .detail = Le brouillon n’est plus celui qui existait quand le fichier a été lu ; rien n’a donc été modifié. Veuillez envoyer le fichier de nouveau.
problem-answers_changed = Des réponses ont été modifiées entre-temps
    .detail = Un collègue a modifié certaines de ces réponses depuis que vous les avez lues. Les deux valeurs sont affichées : veuillez choisir. Toutes les autres réponses sont enregistrées.
problem-approval_void = La validation ne compte plus
    .detail = La personne qui a validé la réponse ne signe plus pour votre organisation, ou la session de la validation a été fermée. Une personne qui signe doit valider de nouveau la réponse.
problem-approver_edited_last = La validation revient à une autre personne
    .detail = Vous avez modifié cette réponse en dernier. Une autre personne de la coordination de votre organisation doit la valider.
problem-deadline_passed = La date limite est passée
    .detail = La date limite de votre organisation est passée : la réponse n’est pas acceptée à présent. Tout ce qui a été saisi est conservé. Vous pouvez demander une prorogation.
problem-response_incomplete = La réponse n’est pas complète
    .detail = { COUNT($missing) ->
        [0] {""}
        [one] Une réponse à une question manque ou n’est pas confirmée.{" "}
       *[other] { $missing } réponses aux questions manquent ou ne sont pas confirmées.{" "}
    }{ COUNT($faults) ->
        [0] {""}
        [one] Une réponse à une question est à corriger.{" "}
       *[other] { $faults } réponses aux questions sont à corriger.{" "}
    }La vérification de la réponse indique ce qui reste à faire.
problem-response_not_led = Votre rôle ne le permet pas
    .detail = La coordination et les points de contact d’une organisation s’en chargent ; les personnes qui y contribuent remplissent les rubriques qui leur sont attribuées.
problem-response_not_possible_now = Impossible pour le moment
    .detail = La réponse est { $state } : il n’est pas possible de la { $event }.
problem-response_not_signed = La signature revient à la coordination
    .detail = La coordination de votre organisation valide, renvoie, rouvre et retire la réponse.
problem-sharing_not_approved = La validation ne couvre pas cela
    .detail = Les personnes qui signent décident si les Membres peuvent voir des réponses : au moment de la validation, ou quand elles transmettent elles-mêmes la réponse.
problem-response_submitted = Réponse déjà transmise
    .detail = La réponse est { $state }. Veuillez la rouvrir avant de modifier des réponses.
problem-round_not_open = L’édition n’est pas ouverte
    .detail = Les réponses se saisissent pendant que l’édition est ouverte.
problem-too_many_comments = Trop de commentaires
    .detail = Cette réponse a déjà { $max } commentaires, soit le maximum.
problem-too_many_files = Trop de fichiers
    .detail = Cette réponse a déjà { $max } fichiers, soit le maximum.
problem-too_many_submissions = Trop de transmissions
    .detail = Cette réponse a déjà été transmise { $max } fois, soit le maximum.
problem-too_many_rounds = Trop d’éditions
    .detail = Il existe déjà { $max } éditions d’enquêtes, soit le maximum.
problem-too_many_deadlines = Trop de dates limites
    .detail = Cette édition a déjà { $max } dates limites, soit le maximum.
problem-too_many_extensions = Trop de demandes
    .detail = Votre administration a déjà demandé { $max } fois une prorogation pour cette édition, soit le maximum. Veuillez vous adresser au Secrétariat.
problem-too_many_own_comments = Trop de commentaires de votre part
    .detail = Vous avez écrit { $max } commentaires sur cette réponse, soit le maximum par personne. Vos collègues peuvent encore en écrire.
problem-too_many_own_files = Trop de fichiers de votre part
    .detail = Vous avez envoyé { $max } fichiers pour cette réponse, soit le maximum par personne. Vos collègues peuvent encore en envoyer.
problem-too_many_partners = Trop d’organismes partenaires
    .detail = Il existe déjà { $max } organismes partenaires, soit le maximum.
problem-participation_settled = Une première réponse a déjà été transmise
    .detail = Elle l’a été sur l’assurance que les autres administrations ne voient pas qui participe. Cela ne peut plus être changé pour cette édition ; la prochaine peut être publique.
problem-round_opened = Cette édition est déjà ouverte
    .detail = Les questions et la liste des administrations interrogées ne changent plus. Les rappels peuvent encore être modifiés, et des dates limites ajoutées.
problem-round_not_opened = Cette édition n’est pas encore ouverte
    .detail = Cela sera possible une fois l’édition ouverte. D’ici là, ses dates peuvent être modifiées.
problem-round_over = Cette édition est terminée
    .detail = Elle a été close ou annulée ; rien ne peut donc plus être modifié. Une date limite ultérieure rouvre une édition close.
problem-frame_empty = Cette édition n’interrogerait personne
    .detail = Aucune organisation n’était active le jour de l’ouverture. Veuillez vérifier ce jour ; les organismes partenaires sont ajoutés par le Secrétariat.
problem-extension_asked = Votre demande est déjà en attente
    .detail = Votre administration a déjà demandé une prorogation. Le Secrétariat décidera ; vous en serez informé par courriel.
problem-extension_decided = Cette demande a déjà fait l’objet d’une décision
    .detail = La prorogation a déjà été accordée ou refusée. S’il faut plus de temps, veuillez ajouter une date limite pour cette organisation.
problem-webhook_disabled = Webhook désactivé
    .detail = Rien n’est envoyé à ce point de réception. Veuillez d’abord l’activer.
problem-delivery_pending = Envoi en cours
    .detail = L’événement est envoyé en ce moment même. Veuillez vérifier le résultat dans une minute.
problem-account_exists = Compte existant à cette adresse
    .detail = Un compte existe déjà à cette adresse. Veuillez utiliser une autre adresse ou vous connecter avec celle-ci.
problem-already_exists = Élément existant
    .detail = Un élément portant la même clé existe déjà. Rien n’a été modifié.
problem-too_many_attempts = Trop de tentatives
    .detail = Veuillez patienter { SPAN($seconds, "seconds") } et réessayer. Rien n’est bloqué : l’attente prend fin automatiquement.
problem-too_many_changes = Beaucoup de modifications en peu de temps
    .detail = Vous avez effectué plus de modifications qu’il n’est d’usage en un jour. Rien n’a été modifié cette fois. Veuillez réessayer dans { $unit ->
        [hours] { $wait } h.
       *[minutes] { $wait } min.
    } Il reste possible à tout moment de mettre fin à des sessions et à des jetons d’API.
problem-scope_missing = Droits du jeton insuffisants
    .detail = Ce jeton d’API n’a pas été créé pour cette opération. Créez un jeton avec les droits nécessaires, ou connectez-vous.
problem-mfa_required = Second facteur requis
    .detail = Votre fonction exige un second facteur d’authentification. Ajoutez une application d’authentification ou une clé d’accès à votre compte, ou connectez-vous de nouveau avec celle que vous avez. Pour toute aide, adressez-vous au Secrétariat.
problem-auditors_only = Journal réservé à l’audit
    .detail = Ce journal est réservé au Secrétariat, à l’audit et à la coordination. Les entrées qui vous concernent figurent dans votre compte.
problem-reauth_required = Veuillez confirmer votre identité
    .detail = Pour cette opération, saisissez de nouveau votre mot de passe et votre second facteur.
problem-own_account = Opération impossible sur votre propre compte
    .detail = Vous ne pouvez pas effectuer cette opération sur votre propre compte. Adressez-vous à une autre personne du Secrétariat.
problem-cross_site = Action provenant d’un autre site
    .detail = Le portail n’accepte de modifications que de ses propres pages et de programmes, jamais de la page d’un autre site. Il en va de même de ce qu’il compte ou enregistre : veuillez ouvrir le portail vous-même, et continuer à partir de là.
problem-headers_too_large = En-têtes trop volumineux
    .detail = L’ensemble des en-têtes d’une requête ne peut dépasser { SIZE($max) }. Veuillez en envoyer moins, ou de plus courts.
problem-uri_too_long = Adresse trop longue
    .detail = L’adresse de cette requête est plus longue que toutes celles du portail.
problem-too_deep = Imbrication trop profonde
    .detail = Objets et tableaux peuvent être imbriqués sur { $max } niveaux.
problem-too_many_values = Trop de valeurs
    .detail = Un contenu peut comporter { $max } valeurs en tout.
problem-challenge_invalid = Veuillez recommencer
    .detail = La connexion a été commencée il y a trop longtemps, ou est déjà terminée. Veuillez vous connecter de nouveau.
problem-wrong_code = Code erroné
    .detail = { $method ->
        [recovery_code] Ce code de secours n’est pas l’un des vôtres ou a déjà servi : chacun ne sert qu’une fois. Saisissez-en un autre, ou le code que votre application d’authentification affiche maintenant. Après trop de codes erronés, aucun code n’est accepté pendant quelques minutes.
        [unknown] Un code d’application d’authentification a six chiffres, et un code de secours quinze lettres et chiffres. Veuillez vérifier votre saisie.
       *[totp] Veuillez saisir le code que l’application affiche maintenant ; chaque code ne sert qu’une fois. Un code de secours convient aussi. Après trop de codes erronés, aucun code n’est accepté pendant quelques minutes.
    }
problem-passkey_refused = Clé d’accès refusée
    .detail = Cette clé n’est pas associée à votre compte, le délai est dépassé, ou votre identité n’a pas pu être vérifiée. Veuillez recommencer.
problem-passkey_counter_went_back = Clé d’accès suspendue
    .detail = Le compteur de signatures de cette clé d’accès n’a pas augmenté : il en existe peut-être une copie. Connectez-vous avec votre application d’authentification, un code de secours ou une autre clé d’accès. Acceptez ensuite de nouveau cette clé d’accès dans votre compte, si vous l’avez vous-même restaurée ou déplacée, ou retirez-la. Si vous n’avez pas d’autre second facteur, demandez au Secrétariat de réinitialiser vos seconds facteurs.
problem-passkey_backup_impossible = État contradictoire de la clé d’accès
    .detail = La clé d’accès indique à la fois qu’elle est sauvegardée et qu’elle ne peut pas l’être. Mettez à jour le programme ou l’appareil qui la contient et réessayez, ou utilisez votre application d’authentification, un code de secours ou une autre clé d’accès. Si vous n’avez pas d’autre second facteur, demandez au Secrétariat de réinitialiser vos seconds facteurs.
problem-suspended_factor_left = Il ne resterait qu’une clé d’accès suspendue
    .detail = Sans ce facteur, vous ne pourriez plus vous connecter. Acceptez d’abord de nouveau la clé d’accès suspendue, ou retirez-la.
problem-passkeys_unavailable = Clés d’accès indisponibles
    .detail = Les clés d’accès ne sont pas disponibles sur ce portail. Veuillez utiliser une application d’authentification.
problem-factor_exists = Application d’authentification déjà ajoutée
    .detail = Veuillez d’abord retirer l’application d’authentification existante.
problem-nothing_to_confirm = Rien à confirmer
    .detail = Aucune application d’authentification n’attend son premier code. Veuillez recommencer.
problem-no_factor = Aucun second facteur
    .detail = Les codes de secours remplacent un second facteur, et votre compte n’en a pas. Veuillez d’abord ajouter une application d’authentification ou une clé d’accès.
problem-factor_required = Impossible de retirer le dernier second facteur
    .detail = Votre fonction exige un second facteur d’authentification. Veuillez d’abord en ajouter un autre.
problem-password_too_short_alone = Mot de passe trop court sans second facteur
    .detail = Votre mot de passe peut être court parce que vous utilisez aussi un second facteur. Veuillez d’abord choisir un mot de passe plus long, puis retirer le second facteur.
problem-too_many_tokens = Trop de jetons
    .detail = Vous avez { $max } jetons d’API, soit le maximum. Veuillez d’abord en révoquer un.
problem-too_many_passkeys = Trop de clés d’accès
    .detail = Vous avez { $max } clés d’accès, soit le maximum. Veuillez d’abord en retirer une.
problem-already_suspended = Compte déjà suspendu
    .detail = Ce compte est déjà suspendu. Rien n’a été modifié. Pour lever la suspension, rétablissez le compte.
problem-not_suspended = Compte non suspendu
    .detail = Ce compte n’est pas suspendu : il n’y a rien à rétablir. Rien n’a été modifié.
problem-account_suspended = Compte suspendu
    .detail = Le compte de la personne qui a présenté la demande est suspendu. Rétablissez d’abord le compte, ou rejetez la demande.
problem-coordinators_only = Opération réservée à la coordination
    .detail = La coordination effectue cette opération pour sa propre organisation, et le Secrétariat pour toutes. Veuillez leur adresser votre demande.
problem-other_organisation = Autre organisation que la vôtre
    .detail = Vous assurez la coordination d’une autre organisation. Adressez-vous à la coordination de celle-ci ou au Secrétariat.
problem-field_hidden = Champ masqué
    .detail = Vous ne voyez pas { $field } de cette fiche et ne pouvez donc pas modifier cette donnée. Omettez ce champ et demandez à la personne de le modifier.
problem-audience_widened = Élargissement réservé à la personne concernée
    .detail = Pour la fiche d’une autre personne, vous pouvez restreindre, mais non étendre, le cercle de ceux qui voient { $field }. Omettez ce réglage et demandez à la personne de le modifier.
problem-if_match_required = Rechargement nécessaire avant l’enregistrement
    .detail = Veuillez d’abord charger la version actuelle, puis refaire votre modification, afin qu’aucune modification ne soit perdue.
problem-if_match_malformed = If-Match n’est pas compris
    .detail = Il contient un ou plusieurs ETag entre guillemets, tels qu’ils figuraient dans la réponse.
problem-changed_meanwhile = Contenu modifié entre-temps
    .detail = Cet élément a été modifié depuis que vous l’avez chargé, par une autre personne ou par vous dans une autre fenêtre. Rien n’a été enregistré. Vérifiez son état actuel, puis refaites votre modification.
problem-confirmation_needed = Veuillez d’abord confirmer votre fiche
    .detail = Votre fiche dans l’annuaire est signalée comme non confirmée. Confirmez-la au moyen du lien reçu par courriel ou dans votre profil ; tout sera alors de nouveau accessible.
problem-not_possible_now = Opération impossible pour l’instant
    .detail = Le mandat est { $status } ; dans cet état, l’opération « { $event } » ne vous est pas possible. Rechargez le mandat pour voir les opérations possibles.
problem-account_leaving = Compte en cours d’effacement
    .detail = L’effacement de ce compte a été demandé par son titulaire. Le compte sera effacé le { DAY($day) } ; d’ici là, le lien envoyé à son adresse permet de le conserver.
problem-last_coordinator = Impossible de retirer la dernière personne chargée de la coordination
    .detail = Plus personne n’assurerait la coordination de l’organisation. Désignez ou invitez d’abord une autre personne, ou adressez-vous au Secrétariat.
problem-last_administrator = Impossible de retirer la dernière personne chargée de l’administration
    .detail = Plus personne n’administrerait le portail. Désignez d’abord une autre personne.
problem-already_appointed = Mandat déjà attribué
    .detail = Cette personne exerce déjà ce rôle dans cette organisation, ou un tel mandat est en cours d’attribution.
problem-too_many_applications = Trop de demandes en attente
    .detail = { $max } de vos demandes attendent une décision, soit le maximum. Retirez une demande, ou attendez une décision.
problem-too_many_wait_there = Trop de demandes en attente dans cette organisation
    .detail = { $max } demandes attendent une décision dans cette organisation, soit le maximum. Veuillez réessayer dans quelques jours, ou vous adresser à sa coordination.
problem-too_many_alike = Trop de demandes en attente avec des adresses semblables
    .detail = { $max } demandes avec votre adresse ou son domaine attendent une décision dans cette organisation, soit le maximum. Veuillez utiliser votre adresse officielle, attendre une décision, ou demander une invitation à la coordination de l’organisation.
problem-already_invited = Invitation déjà en cours
    .detail = Une invitation à cette adresse est déjà en cours. Vous pouvez la renvoyer ou la retirer.
problem-appointment_over = Mandat terminé
    .detail = Le mandat est { $status } et ne peut plus être modifié. Un nouveau mandat peut être attribué.
problem-not_acceptable = Format non disponible
    .detail = Ces données n’existent dans aucun des formats demandés. Formats disponibles : JSON et, pour les contacts, CSV, XLSX, vCard et JSContact.
problem-too_many_rows = Trop de contacts pour un fichier XLSX
    .detail = Un fichier XLSX contient au plus { $max } contacts. Précisez le filtre, ou choisissez le format CSV, qui n’a pas de limite.
problem-quota_used = Limite quotidienne atteinte
    .detail = Cette opération porterait sur { $rows } contacts. Vous pouvez en télécharger { $max } en 24 heures, fichiers et carnets d’adresses ensemble, et il en reste { $left } aujourd’hui. { $fits ->
        [never] Un tel volume dépasse la limite d’un jour : précisez le filtre, ou adressez-vous au Secrétariat.
       *[later] Précisez le filtre, ou revenez dans { $hours } h.
    } Les pages de l’annuaire vous restent accessibles.
problem-seen_enough = Limite quotidienne atteinte
    .detail = Vous avez consulté { $max } contacts en 24 heures, soit le maximum. Veuillez revenir dans { $hours } h, ou demander au Secrétariat ce dont vous avez besoin.
problem-changes_forgotten = Veuillez recommencer
    .detail = Votre dernière demande est trop ancienne, ou ce que vous pouvez voir a changé depuis. Recommencez sans jeton et remplacez les données que vous avez.
problem-program_login_required = Veuillez vous identifier
    .detail = Indiquez votre adresse électronique et, comme mot de passe, un jeton d’API autorisé à lire la communauté. Créez ce jeton sur le portail ; votre propre mot de passe ne fonctionne pas ici.
problem-program_refused = Adresse ou jeton incorrect
    .detail = Le mot de passe attendu ici est un jeton d’API du compte qui a cette adresse. Le jeton a peut-être expiré ou été révoqué ; votre propre mot de passe ne fonctionne pas ici.
problem-malformed_xml = Format XML non accepté
    .detail = Le corps est incomplet, imbriqué trop profondément, n’est pas en UTF-8 ou porte un type de document.
problem-plan_expired = Plan expiré
    .detail = Un plan peut être exécuté dans l’heure qui suit la simulation. Veuillez envoyer le fichier de nouveau.
problem-plan_committed = Plan déjà exécuté
    .detail = Toutes les personnes que contient ce plan sont invitées. Pour d’autres personnes, envoyez un autre fichier.
problem-plan_outdated = Données modifiées entre-temps
    .detail = La vérification de ces lignes donne désormais un autre résultat ; personne n’a donc été invité. Veuillez envoyer le fichier de nouveau et examiner le nouveau plan.
problem-link_spent = Ce lien n’est plus valable
    .detail = Ce lien a déjà été utilisé, a expiré ou a été remplacé par un lien plus récent.
problem-storage_unreachable = Fichiers momentanément indisponibles
    .detail = Le portail n’accède pas aux fichiers. Veuillez réessayer dans quelques minutes ; rien n’a été modifié.

## Fautes d'un champ : fault-<code>

fault-unknown_successor = Ce n’est pas un autre mandat dans la même organisation et le même rôle.
fault-successor_not_active = Le mandat de la personne qui succède n’est ni en vigueur ni en attente de décision, ou son compte est suspendu.
fault-unknown_person = Personne introuvable.
fault-unknown_appointment = Aucun mandat de ce rôle que vous puissiez transmettre n’existe ici.
fault-in_the_past = Cette date est passée.
fault-missing = Ce champ est obligatoire.
fault-unknown_field = Ce champ n’existe pas.
fault-bad_instant = Ce n’est pas une date et une heure avec leur décalage par rapport à UTC, écrites comme 2027-01-11T09:00:00+01:00.
fault-wrong_type = Format non valide. Écrivez un nombre en chiffres, et une heure comme 09:30.
fault-unknown_topic = Le thème { $value } n’existe pas ou n’est plus utilisé.
fault-time_skipped = Ce jour-là, les horloges sautent { $time } dans ce fuseau horaire. Choisissez l’heure voulue.
fault-time_twice = Ce jour-là, les horloges affichent deux fois { $time } dans ce fuseau horaire. Choisissez l’heure voulue.
fault-unknown_zone = { $value } n’est pas un fuseau horaire. Utilisez un nom comme Europe/Brussels.
fault-not_secretariat = Les envois de test ne vont qu’aux personnes du Secrétariat.
fault-too_deep = Les groupes de destinataires peuvent être imbriqués sur { $max } niveaux au plus.
fault-unknown_value = { $allowed ->
    [many] { $value } ne fait pas partie des valeurs admises ici.
   *[few] { $value } ne fait pas partie des valeurs admises ici : { $allowed }.
    }
fault-empty = { fault-missing }
fault-too_long = Au plus { $max } caractères.
fault-too_many = Au plus { $max } éléments.
fault-out_of_range = Un nombre de { $min } à { $max }.
fault-control_characters = Ni saut de ligne ni caractère invisible ne sont admis ici.
fault-not_a_name = Ce n’est pas le nom d’une personne. Écrivez le nom en lettres, comme sur une lettre de désignation, sans adresse, lien, nombre ni autre signe.
fault-link_in_text = Ce texte figure sur une page ou dans un courriel que d’autres personnes lisent. Écrivez-le sans adresse web ni adresse électronique, avec une espace après chaque point.
fault-link_in_name = Ce nom figure dans des courriels et sur des pages. Écrivez-le sans lien, sans adresse et sans numéro de téléphone.
fault-mixed_scripts = Des lettres de plusieurs écritures sont mêlées dans un mot, ou ces écritures se ressemblent. Veuillez écrire le nom entier dans une seule écriture.
fault-name_reserved = Ce nom est réservé au Secrétariat et au portail. Veuillez indiquer le vôtre.
fault-bad_email = Ce n’est pas une adresse électronique. Écrivez l’adresse sous la forme nom@service.example.
fault-bad_phone = Ce n’est pas un numéro de téléphone. Écrivez le numéro avec l’indicatif, par exemple +221 33 800 00 00.
fault-bad_cursor = Ce curseur n’appartient pas à cette liste. Recommencez sans curseur.
fault-no_pages = Un fichier contient tous les contacts du filtre ; il ne se pagine pas.
fault-unknown_organisation = Aucun Membre ne porte le code { $value }. Utilisez le code à deux lettres, par exemple SN.
fault-unknown_technology = { $value } ne figure pas dans la liste des technologies.
fault-unknown_language = { $value } n’est pas une langue connue du portail. Écrivez son nom en français ou en anglais, par exemple portugais, ou son code à deux lettres, par exemple pt.
fault-scope_not_held = Vous n’avez pas ce droit actuellement ({ $scope }) et ne pouvez donc pas le donner à un jeton.
fault-role_not_open = Ce rôle n’est pas disponible ici. Rôles disponibles : { $allowed }.
fault-no_variant = Il n’y a pas de texte dans la langue par défaut ({ $language }).
fault-no_text = Il n’y a pas de texte dans cette langue ({ $language }).
fault-password_too_short = Au moins { $min } caractères. Plusieurs mots forment un bon mot de passe, facile à retenir.
fault-password_too_long = Au plus { $max } caractères.
fault-password_context = Le mot de passe est fait de votre adresse, de votre nom ou de celui du portail. Veuillez choisir des mots que personne n’associe à vous.
fault-password_common = Les attaquants essaient de tels mots de passe en premier. Plusieurs mots sans rapport entre eux forment un bon mot de passe, facile à retenir.
fault-wrong_code = Ce n’est pas le code que l’application affiche maintenant.
fault-passkey_backup_impossible = La clé d’accès indique à la fois qu’elle est sauvegardée et qu’elle ne peut pas l’être. Veuillez mettre à jour le programme ou l’appareil qui la contient, ou en utiliser un autre.
fault-passkey_refused = La clé d’accès n’a pas été acceptée. Veuillez recommencer.
fault-same_address = C’est déjà votre adresse.
fault-passkey_has_no_code = Une clé d’accès n’a pas de code. Confirmez la connexion avec la clé elle-même.
fault-bad_date = Ce n’est pas un jour du calendrier, avec une année de quatre chiffres, écrit comme 2024-02-02.
fault-not_after = Cette date doit être postérieure au { $day }.
fault-place_in_subject = L’objet est le même pour tous : il figure aussi dans des listes. Écrivez le nom dans le texte.
fault-place_in_public = Un texte public est le même pour tous. Retirez les champs entre accolades, ou ne publiez pas le texte.
fault-place_without_topic = Sans thème, il n’y a rien dont se désabonner. Indiquez le thème ou retirez le lien de désabonnement.
fault-place_in_url = Rien n’est rempli à l’intérieur d’une URL : elle livrerait des données du destinataire au site auquel elle mène. Écrivez {"{{ name }}"} et {"{{ administration }}"} dans le texte, à l’écart des URL, et {"{{ unsubscribe }}"} de même ou comme lien entier : [se désabonner]({"{{ unsubscribe }}"}).
fault-nested_too_deeply = Ce texte est trop imbriqué : listes dans des listes, citations dans des citations, HTML dans du HTML. Écrivez le texte avec moins de niveaux.
fault-html_not_closed = Du HTML n’est pas fermé là où il a été ouvert dans ce texte. Fermez chaque balise dans le paragraphe où elle est ouverte, la dernière en premier.
fault-too_much_html = La page issue de ce texte est trop longue : tableaux aux colonnes trop nombreuses ou balises aux attributs trop nombreux. Réduisez-les ou divisez le texte.
fault-too_many_places = Ce texte a plus de cinquante champs entre accolades, comme {"{{ name }}"}. Retirez-en.
fault-unknown_question = Cette question n’existe pas.
fault-unknown_place = « { $value } » ne peut être rempli. Les champs connus, écrits ainsi, sont {"{{ name }}"}, {"{{ administration }}"} et {"{{ unsubscribe }}"}. Pour deux accolades telles quelles, écrivez \{"{"}\{"{"}.
fault-bad_domain = Ce n’est pas un domaine, comme douane.example.
fault-bad_url = Cette URL ne peut pas être appelée. Écrivez-la en entier, comme https://reception.example/hooks, sans nom, mot de passe ni fragment (#).
fault-not_https = Les événements ne sont envoyés que par HTTPS : l’URL commence par https://.
fault-port_not_allowed = Rien n’est envoyé au port { $port }. Utilisez 443, ou un port à partir de 1024.
fault-address_not_allowed = Cette adresse n’est pas sur l’internet public.
fault-bad_since = Ce n’est ni une année, ni un mois, ni un jour, écrit comme 2024, 2024-05 ou 2024-05-31.
fault-in_the_future = Cette date est postérieure à aujourd’hui.
fault-in_future = { fault-in_the_future }
fault-nothing_to_share = Le partage d’expérience suppose une technologie utilisée ou envisagée.
fault-duplicate = Valeur en double.
fault-wrong_password = Ce n’est pas votre mot de passe actuel.
fault-bad_code = { $value } n’est pas un code : uniquement des lettres, des chiffres, - et _.
fault-letter_kind = Le fichier doit être un document PDF ou une image PNG ou JPEG. { $found ->
    [unknown] Ce fichier n’est dans aucun de ces formats, quel que soit son nom.
   *[known] Ce fichier est dans un autre format, quel que soit son nom : { $found }.
    }
fault-letter_mismatch = Le fichier est dans un autre format que celui indiqué : { $found }.
fault-letter_broken = Le fichier est incomplet. Veuillez l’envoyer de nouveau ou le refaire.
fault-sheet_kind = Ce n’est ni un fichier CSV ni un classeur XLSX. Veuillez enregistrer le fichier sous l’un de ces formats.
fault-sheet_broken = Le classeur est illisible, ou ne peut pas être lu tel qu’il s’affiche (à cause de formats de nombre conditionnels, par exemple). Veuillez l’enregistrer de nouveau au format CSV, ou au format XLSX sans ceux-ci.
fault-sheet_empty = Le fichier n’a aucune ligne sous son en-tête.
fault-sheet_too_large = Une fois ouvert, le classeur dépasse { SIZE($max) }. Veuillez copier les lignes dans un nouveau classeur.
fault-too_many_rows = Au plus { $max } lignes. Veuillez diviser le fichier.
fault-too_many_columns = Au plus { $max } colonnes.
fault-too_many_words = Au plus { $max } mots.
fault-column_missing = La colonne { $column } est obligatoire. L’une des premières lignes doit nommer les colonnes ; colonnes connues : { $known }.
fault-column_twice = Deux colonnes portent le nom { $column }.
fault-other_organisation = Ce n’est pas votre organisation. Vous pouvez inviter des personnes dans la vôtre.
fault-already_invited = Une invitation à cette adresse est déjà en cours.
fault-already_appointed = Cette personne exerce déjà ce rôle dans cette organisation, ou un tel mandat est en cours d’attribution.
fault-own_case = Cette adresse est la vôtre. Vous ne pouvez pas vous inviter vous-même.
fault-twice_in_sheet = Cette adresse figure déjà à la ligne { $row }, pour la même organisation et le même rôle.
fault-row_in_error = Cette ligne comporte une erreur. Corrigez le fichier et envoyez-le de nouveau, ou exécutez le plan sans les lignes en erreur.
fault-judged_otherwise = La vérification donne désormais un autre résultat que dans le plan.
fault-charset_unknown = L’encodage { $value } n’existe pas. Utilisez un nom tel que utf-8 ou windows-1251.
fault-charset_wrong = Le fichier n’est pas en { $charset }, contrairement à ce qui est déclaré.
fault-charset_unsure = Le fichier semble être en { $charset }, mais pourrait être dans un autre encodage, et ces lettres seraient alors différentes. Veuillez enregistrer le fichier en UTF-8, ou indiquer son encodage.
fault-sheet_unknown = Le classeur n’a pas de feuille visible { $value }. Il contient : { $known }.
fault-row_hidden = Cette ligne est masquée dans la feuille, par exemple par un filtre, et n’est pas prise en compte. Affichez la ligne pour qu’elle soit lue.
fault-ambiguous_date = Cette date peut être le { $one } ou le { $other }. Veuillez l’écrire de l’une de ces façons.
fault-spoilt_number = Un tableur a transformé ce numéro de téléphone en nombre, et des chiffres peuvent être perdus. Veuillez mettre la cellule au format texte et saisir de nouveau le numéro.
fault-cell_error = La formule de cette cellule n’a pas de résultat.
fault-merged_cells = La feuille { $sheet } a des cellules fusionnées, les premières à la ligne { $row }. Veuillez annuler leur fusion.
fault-questionnaire_fault = { $told ->
    [word] { $fault } ({ $value })
   *[bare] { $fault }
    }
fault-faults_not_accepted = { COUNT($count) ->
    [one] Un élément du fichier est erroné ou n’est pas pris en charge. Veuillez le corriger, ou accepter qu’il manque dans le brouillon.
   *[other] { $count } éléments du fichier sont erronés ou ne sont pas pris en charge. Veuillez les corriger, ou accepter qu’ils manquent dans le brouillon.
    }
fault-no_questionnaire = Aucun questionnaire n’a pu être lu dans le fichier.
fault-no_colleague = Cette personne ne répond pas aux enquêtes pour votre organisation.
fault-no_file_question = On ne répond pas à cette question par un fichier.
fault-unknown_section = Le questionnaire n’a pas de rubrique { $value }.
fault-unknown_survey = Aucune enquête ne porte le code { $value }.
fault-same_audience = Cette enquête s’adresse au même public. Deux enquêtes jumelées s’adressent aux Membres et aux organismes partenaires.
fault-survey_paired = Cette enquête est déjà jumelée avec une autre.
fault-already_submitted = Aucun rappel n’est envoyé pour une réponse déjà transmise. Veuillez choisir d’autres états.
fault-before_opening = Cette date doit être postérieure à l’ouverture ({ DAY($time) }, { HOUR($time) } UTC).
fault-earlier_and_past = Cette date est antérieure à la date limite actuelle ({ DAY($time) }, { HOUR($time) } UTC) et déjà passée. Pour terminer l’édition maintenant, veuillez la clore.
fault-earlier_than_granted = Cette date n’est pas postérieure au délai déjà accordé : { DAY($time) }, { HOUR($time) } UTC. Un délai accordé n’est jamais retiré.
fault-not_asked = { $value } ne figure pas parmi les organisations que cette édition interroge.
fault-round_paired = Cette édition est déjà jumelée avec une autre.
fault-surveys_not_paired = Les enquêtes de ces deux éditions ne sont pas jumelées.
fault-unknown_concept = Aucune question de cette version ne porte sur { $value }.
fault-unknown_round = Cette édition n’existe pas.
fault-unknown_version = La version { $number } n’existe pas ou n’est pas publiée.

# Ce qui figure à la place d'une personne effacée.
erased-contact = Ancien contact ({ $organisation })
erased-person = Compte effacé
export-readme =
    Vos données sur le portail { $community }, au { DAY($day) }.

    data.json contient tout ce qui est enregistré à votre sujet : le compte, les mandats, les contacts et qui en voit quoi, les demandes d’inscription, les invitations, les désignations, les sessions, les appareils, les jetons d’API et les clés d’accès (sans leurs secrets), les entrées du journal d’audit dont vous êtes l’auteur ou l’objet, les annonces et les courriels qui vous ont été envoyés. Lorsqu’une liste a atteint sa limite, « cut » indique ce qui a été abrégé.

    Une lettre de désignation nomme aussi d’autres personnes. Elle est réservée aux personnes qui décident des mandats : letters/ contient celles de vos lettres que vous pouvez lire à ce titre. Ne les publiez pas.

    Vous pouvez corriger dans votre profil les données inexactes. La page « Vos données » du portail explique comment faire effacer des données et combien de temps elles sont conservées.
