from ..enums import Nature, Size
from . import everywhere as every
from .start import AN_HOUR, BIGGER, LONG, Start

CLASSES = (
    Start(
        name="Signing in and passwords",
        description="Forgotten or expired passwords, codes on your phone, a new account.",
        icon="key-round",
        keywords="password, passwords, passwort, sign in, signing in, sign-in, log in, login, log on, logon, logging "
        "in, account, username, user name, credentials, access denied, expired, sso, single sign-on, forgot, "
        "forgotten",
        reason="because we only need to make sure that it is you",
    ),
    every.LOCKED_OUT,
    Start(
        name="Codes and second factor",
        part_of="Signing in and passwords",
        description="A new phone, a lost key, codes that do not arrive.",
        icon="shield-check",
        keywords="second factor, two factor, two-factor, 2fa, mfa, authenticator, verification code, code, codes, "
        "token, security key, yubikey, passkey, new phone, lost my phone, text message, sms",
        reason="because we meet or call you before we change how you prove who you are",
    ),
    Start(
        name="Someone new is starting",
        part_of="Signing in and passwords",
        description="Accounts, access and equipment for a new colleague.",
        icon="user-plus",
        keywords="new colleague, new employee, new starter, starting, starts on, new member of staff, onboarding, "
        "new teacher, new lecturer, guest lecturer, visitor account, guest account, intern, new account, leaver",
        nature=Nature.WISH,
        size=Size.HOUR,
        reason="because accounts, groups and equipment have to be ready on the same day",
        promise=AN_HOUR,
    ),
    Start(
        name="Printing",
        description="Printers, copiers, scanning, print credit.",
        icon="printer",
        keywords="printer, printers, print, prints, printing, printed, printout, copier, copy machine, copies, scan, "
        "scanner, scanning, toner, ink, cartridge, print queue, print credit, follow me, double-sided, stapler",
        reason="because most printer troubles are solved in one visit",
    ),
    Start(
        name="Paper jam",
        part_of="Printing",
        description="Paper stuck, torn or crumpled.",
        icon="printer",
        keywords="paper jam, jam, jams, jammed, jamming, stuck paper, paper stuck, crumpled, crumples, tray, paper "
        "feed, rollers, tears the paper",
        reason="because most printer troubles are solved in one visit",
    ),
    Start(
        name="A new or moved printer",
        part_of="Printing",
        description="A printer for a room, or one that should stand elsewhere.",
        icon="package-plus",
        keywords="new printer, another printer, move the printer, printer moved, move printer, replace the printer, "
        "install a printer, connect to the printer, add a printer, order a printer",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because the place, the network socket and the running costs are looked at first",
        promise=BIGGER,
    ),
    Start(
        name="E-mail and calendar",
        description="Messages, shared mailboxes, invitations, meetings.",
        icon="mail",
        keywords="e-mail, email, emails, e-mails, mail, mails, mailbox, inbox, outlook, thunderbird, attachment, "
        "spam, phishing, calendar, calendars, invitation, invitations, meeting, meetings, appointment, signature, "
        "distribution list, mailing list, out of office, forward, bounced, quota, mailbox full",
        reason="because most of it is a setting that we can look at with you",
    ),
    every.SHARED_MAILBOX,
    Start(
        name="Computer or screen",
        description="Slow, noisy, broken, does not start; keyboards, mice, screens.",
        icon="monitor",
        keywords="computer, pc, desktop, laptop, notebook, macbook, mac, screen, screens, monitor, display, "
        "keyboard, mouse, docking station, dock, battery, charger, charging, slow, freezes, frozen, crashes, "
        "crashed, blue screen, black screen, does not start, won't start, won't turn on, restart, update, updates, "
        "noise, fan, usb, headset, webcam, microphone, sound, speakers, tablet, windows",
        size=Size.HOUR,
        reason="because we look at the device itself, and lend you another one if it takes longer",
        promise=AN_HOUR,
    ),
    Start(
        name="Lost or damaged device",
        part_of="Computer or screen",
        description="Dropped, wet, stolen, left on a train.",
        icon="life-buoy",
        keywords="stolen, theft, left on the train, dropped, cracked, broken screen, spilled, spilt, damaged, "
        "smashed, lost my laptop, lost my computer, lost my tablet, lost my headset",
        size=Size.HOUR,
        reason="because we protect what was on it first, and then find you another device",
        promise=(30, 960, 120, 1440),
    ),
    Start(
        name="Rooms and projectors",
        description="Projectors, sound and screens in classrooms and halls.",
        icon="projector",
        keywords="projector, projectors, beamer, room, classroom, lecture hall, lecture theatre, auditorium, seminar "
        "room, smartboard, whiteboard, interactive board, hdmi, microphone, loudspeaker, hybrid, video conference, "
        "conference room, meeting room, camera, lecture recording, remote control",
        reason="because a class may be waiting, so somebody comes over",
        promise=(15, 120, 60, 960),
    ),
    Start(
        name="Projector shows no picture",
        part_of="Rooms and projectors",
        description="A dark or wrong picture in a classroom.",
        icon="presentation",
        keywords="no picture, no image, no signal, black picture, blank screen, dark picture, flickers, wrong "
        "colours, blurry, upside down, hdmi cable, adapter, lamp, does not show",
        reason="because a class may be waiting, so somebody comes over",
        promise=(15, 120, 60, 960),
    ),
    Start(
        name="Network and Wi-Fi",
        description="No connection, slow connection, working from home.",
        icon="wifi",
        keywords="wi-fi, wifi, wireless, wlan, eduroam, network, internet, connection, connect, connected, "
        "disconnects, offline, vpn, remote access, working from home, home office, cable, socket, lan, ethernet, "
        "hotspot, signal, slow internet, website, web page, page does not load",
        reason="because we can see most connections from here",
    ),
    Start(
        name="Network for a room or an event",
        part_of="Network and Wi-Fi",
        description="More sockets, better coverage, a network for many guests.",
        icon="network",
        keywords="coverage, dead spot, new socket, more sockets, network socket, access point, event, conference, "
        "open day, guest network, guest wi-fi, guests, patch, cabling",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because cables and coverage are measured before anything is promised",
        promise=BIGGER,
    ),
    Start(
        name="Borrow or get something",
        description="A laptop for a week, a cable for an hour, a new device.",
        icon="hand-helping",
        keywords="borrow, lend, loan, loaner, need a, get a, order, buy, purchase, request a, cable, adapter, new, "
        "quote, spare, equipment, device, accessories",
        nature=Nature.WISH,
        reason="because most of what people borrow is ready on our shelf",
    ),
    Start(
        name="Borrow a laptop",
        part_of="Borrow or get something",
        description="For a lesson, an exam, a trip.",
        icon="laptop",
        keywords="borrow a laptop, borrow laptop, loan laptop, loaner laptop, spare laptop, lend me a laptop, "
        "laptops, exam laptops, tablets for class, for the week, for a trip",
        nature=Nature.WISH,
        reason="because a loan laptop only needs to be charged and signed for",
    ),
    Start(
        name="New computer",
        part_of="Borrow or get something",
        description="A device of your own, or a replacement for an old one.",
        icon="package-plus",
        keywords="new computer, new laptop, new pc, new screen, new monitor, second screen, replace my computer, "
        "replacement, upgrade, order a laptop, buy a laptop, buy a computer",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because we choose it with you, order it, set it up and test it first",
        promise=LONG,
    ),
    Start(
        name="Programs and licences",
        description="Office, statistics, course software, updates, licences.",
        icon="app-window",
        keywords="program, programs, programme, software, app, apps, application, licence, license, licences, "
        "licenses, install, installed, installation, office, word, excel, powerpoint, teams, zoom, spss, matlab, "
        "adobe, acrobat, photoshop, moodle, canvas, browser, chrome, firefox, pdf, update, version, activate, "
        "activation",
        size=Size.HOUR,
        reason="because we check the licence before we install anything",
        promise=AN_HOUR,
    ),
    Start(
        name="A new program",
        part_of="Programs and licences",
        description="Something that the college does not have yet.",
        icon="app-window",
        keywords="new program, new software, new app, install a program, install software, buy software, buy a "
        "licence, subscription, purchase software, trial version",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because licences, data protection and support are looked at before money is spent",
        promise=LONG,
    ),
    Start(
        name="Course software for a term",
        part_of="Programs and licences",
        description="Programs in a computer room for a whole class.",
        icon="graduation-cap",
        keywords="course software, computer room, computer lab, lab computers, for my course, for the course, for my "
        "class, for the term, next term, semester, next semester, students need, for students, practical",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because it is installed and tested on every computer of the room before the term begins",
        promise=LONG,
    ),
    Start(
        name="Shared folder",
        part_of="Programs and licences",
        description="Access to files, a folder for a group, something deleted.",
        icon="folder-open",
        keywords="shared folder, folder, folders, shared drive, network drive, drive, files, file, access to a "
        "folder, permission, permissions, onedrive, sharepoint, deleted, restore, backup, recover, missing files, "
        "save, saving",
        reason="because we ask the owner of the folder first",
    ),
    Start(
        name="Server or research storage",
        part_of="Programs and licences",
        description="A server, a database, room for large data.",
        icon="server",
        keywords="server, servers, virtual machine, vm, database, storage, terabyte, terabytes, tb, research data, "
        "data set, archive, cluster, computing, gpu, hosting, website for a project, domain",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because size, backup and who may read it are planned with you first",
        promise=LONG,
    ),
)

REPLIES = (
    *every.REPLIES,
    (
        "New password, in person",
        "Hello {customer},\n\nbefore we change a password we make sure that it is you, so that nobody else can ask "
        "for yours. Please call us or come by with your card; it takes two minutes.\n\nKind regards\n{agent}",
        "Signing in and passwords",
    ),
    (
        "Setting up your new phone for codes",
        "Hello {customer},\n\na new phone needs to be told once that it is yours. Please bring both phones if you "
        "still have the old one. We show you each step, so that the next time you can do it yourself.\n\nKind "
        "regards\n{agent}",
        "Codes and second factor",
    ),
    (
        "Your loan laptop is ready",
        "Hello {customer},\n\nyour loan laptop is charged and waits for you at the desk. Please bring your card. If "
        "you need it longer than planned, answer this message and we see what we can do.\n\nKind regards\n{agent}",
        "Borrow a laptop",
    ),
)
