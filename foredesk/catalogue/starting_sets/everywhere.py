"""What people ask for wherever they work at desks."""

from dataclasses import replace

from ..enums import Nature, Size
from .start import AN_HOUR, BIGGER, LONG, Start

LOCKED_OUT = Start(
    name="Locked out",
    part_of="Signing in and passwords",
    description="Your account is locked or your password no longer works.",
    icon="lock",
    keywords="locked out, locked, lockout, blocked, disabled, cannot get in, can't get in, can't log in, too many "
    "attempts, wrong password, reset password, password reset, forgot my password, unlock",
    reason="because we only need to make sure that it is you",
)

SIGNING_IN = (
    Start(
        name="Signing in and passwords",
        description="Forgotten or expired passwords, codes on your phone.",
        icon="key-round",
        keywords="password, passwords, sign in, signing in, sign-in, log in, login, log on, logon, logging in, "
        "account, username, user name, credentials, access denied, expired, sso, single sign-on, forgot, forgotten",
        reason="because we only need to make sure that it is you",
    ),
    LOCKED_OUT,
    Start(
        name="Codes and second factor",
        part_of="Signing in and passwords",
        description="A new phone, a lost key, codes that do not arrive.",
        icon="shield-check",
        keywords="second factor, two factor, two-factor, 2fa, mfa, authenticator, verification code, code, codes, "
        "token, security key, yubikey, passkey, new phone, text message, sms",
        reason="because we meet or call you before we change how you prove who you are",
    ),
)

SOMEONE_NEW = (
    Start(
        name="Someone starts, moves or leaves",
        description="Accounts, access and equipment for a new colleague, a new post, a last day.",
        icon="user-plus",
        keywords="new colleague, new employee, new starter, new hire, starts on, starts monday, starting, "
        "onboarding, intern, apprentice, temporary worker, new account, changes department, moves to, new role, "
        "maternity leave",
        nature=Nature.WISH,
        size=Size.HOUR,
        reason="because accounts, groups and equipment have to be ready on the same day",
        promise=AN_HOUR,
    ),
    Start(
        name="Someone is leaving",
        part_of="Someone starts, moves or leaves",
        description="A last day: what to keep, what to close, what to hand back.",
        icon="user-plus",
        keywords="leaving, leaver, last day, leaves us, leaves the, retires, retiring, offboarding, resigned, "
        "dismissed, close the account, hand back, redirect her mail, redirect his mail",
        nature=Nature.WISH,
        size=Size.HOUR,
        reason="because mail, files and keys find a new owner before anything is closed",
        promise=AN_HOUR,
    ),
)

MAIL = Start(
    name="E-mail and calendar",
    description="Messages, shared mailboxes, invitations, suspicious mail.",
    icon="mail",
    keywords="e-mail, email, emails, e-mails, mail, mails, mailbox, inbox, outlook, thunderbird, attachment, spam, "
    "calendar, calendars, invitation, invitations, meeting, meetings, appointment, signature, out of office, "
    "forward, bounced, quota, mailbox full",
    reason="because most of it is a setting that we can look at with you",
)
SHARED_MAILBOX = Start(
    name="Shared mailbox or list",
    part_of=MAIL.name,
    description="One address for several people, or a list to write to.",
    icon="mail",
    keywords="shared mailbox, shared calendar, group mailbox, functional mailbox, team mailbox, mailing list, "
    "distribution list, delegate, access to mailbox, on behalf of",
    nature=Nature.WISH,
    reason="because we ask whoever is responsible for the mailbox first",
)
SUSPICIOUS_MAIL = Start(
    name="A suspicious message",
    part_of=MAIL.name,
    description="A link or a request that feels wrong, clicked or not. Tell us at once: nobody blames you.",
    icon="shield-check",
    keywords="phishing, suspicious, scam, fraud, fake invoice, clicked a link, clicked on a link, strange mail, "
    "strange email, hacked, virus, malware, ransomware, gift cards, pretends to be",
    reason="because minutes count, and most of these are closed with one look",
    promise=(15, 120, 60, 960),
)

DEVICES = (
    Start(
        name="Computer, screen or phone",
        description="Slow, noisy, broken, does not start; keyboards, headsets, screens, phones.",
        icon="monitor",
        keywords="computer, pc, desktop, laptop, notebook, macbook, mac, screen, screens, monitor, display, "
        "keyboard, mouse, docking station, dock, battery, charger, charging, slow, freezes, frozen, crashes, "
        "crashed, blue screen, black screen, does not start, won't start, won't turn on, restart, noise, fan, usb, "
        "headset, webcam, microphone, sound, speakers, tablet, phone, telephone, voicemail, iphone, android, windows",
        size=Size.HOUR,
        reason="because we look at the device itself, and lend you another one if it takes longer",
        promise=AN_HOUR,
    ),
    Start(
        name="Lost or damaged device",
        part_of="Computer, screen or phone",
        description="Dropped, wet, stolen, left on a train. Tell us at once, so that nobody reads what is on it.",
        icon="life-buoy",
        keywords="stolen, theft, left on the train, lost my laptop, lost my phone, lost phone, lost my tablet, "
        "dropped, cracked, broken screen, spilled, spilt, damaged, smashed",
        size=Size.HOUR,
        reason="because we protect what was on it first, and then find you another device",
        promise=(30, 960, 120, 1440),
    ),
)

PRINTING = (
    Start(
        name="Printing and scanning",
        description="Printers, copiers, labels, scans that do not arrive.",
        icon="printer",
        keywords="printer, printers, print, prints, printing, printed, printout, copier, copies, scan, scanner, "
        "scanning, toner, ink, cartridge, print queue, follow me, double-sided, stapler, label, labels, plotter",
        reason="because most printer troubles are solved in one visit",
    ),
    Start(
        name="Paper jam",
        part_of="Printing and scanning",
        description="Paper stuck, torn or crumpled.",
        icon="printer",
        keywords="paper jam, jam, jams, jammed, jamming, stuck paper, paper stuck, crumpled, crumples, tray, paper "
        "feed, rollers, tears the paper",
        reason="because most printer troubles are solved in one visit",
    ),
)

NETWORK = (
    Start(
        name="Network, Wi-Fi and working from home",
        description="No connection, slow connection, the way in from outside.",
        icon="wifi",
        keywords="wi-fi, wifi, wireless, wlan, network, internet, connection, connect, connected, disconnects, "
        "offline, cable, socket, lan, ethernet, hotspot, signal, slow internet, website, web page, page does not "
        "load, working from home, home office",
        reason="because we can see most connections from here",
    ),
    Start(
        name="Working from outside (VPN)",
        part_of="Network, Wi-Fi and working from home",
        description="The secure way in from home, a hotel, a building site.",
        icon="network",
        keywords="vpn, remote access, remote desktop, from outside, from the hotel, tunnel, citrix, cannot reach the "
        "server from home",
        reason="because we can see from here where the connection ends",
    ),
)

BORROW = (
    Start(
        name="Borrow or get something",
        description="A laptop for a trip, a headset, a new device.",
        icon="hand-helping",
        keywords="borrow, lend, loan, loaner, need a, get a, order, buy, purchase, request a, adapter, quote, spare, "
        "equipment, device, accessories, new",
        nature=Nature.WISH,
        reason="because most of what people borrow is ready on our shelf",
    ),
    Start(
        name="New computer or phone",
        part_of="Borrow or get something",
        description="A device of your own, or a replacement for an old one.",
        icon="package-plus",
        keywords="new computer, new laptop, new pc, new phone, new screen, new monitor, second screen, replace my "
        "computer, replacement, upgrade, order a laptop, buy a laptop, order a phone",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because we choose it with you, order it, set it up and test it first",
        promise=LONG,
    ),
)

PROGRAMS = (
    Start(
        name="Programs and files",
        description="Office programs, updates, shared folders, something deleted.",
        icon="app-window",
        keywords="program, programs, software, app, apps, application, licence, license, licences, licenses, "
        "install, installed, installation, office, word, excel, powerpoint, teams, zoom, adobe, acrobat, browser, "
        "chrome, firefox, edge, pdf, update, updates, version, activate, activation",
        size=Size.HOUR,
        reason="because we check the licence before we install anything",
        promise=AN_HOUR,
    ),
    Start(
        name="Shared folder",
        part_of="Programs and files",
        description="Access to files, a folder for a group, something deleted.",
        icon="folder-open",
        keywords="shared folder, folder, folders, shared drive, network drive, drive, files, file, access to a "
        "folder, permission, permissions, onedrive, sharepoint, deleted, restore, backup, recover, missing files",
        reason="because we ask the owner of the folder first",
    ),
    Start(
        name="A new program or service",
        part_of="Programs and files",
        description="Something that we do not have yet, also when you have seen it elsewhere.",
        icon="app-window",
        keywords="new program, new software, new app, buy software, buy a licence, subscription, purchase software, "
        "trial version, new tool, cloud service, vendor, demo of",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because licences, data protection and support are looked at before money is spent",
        promise=LONG,
    ),
)

MOVE = Start(
    name="A move or a new workplace",
    part_of="Borrow or get something",
    description="Desks, sockets, phones and printers where people will sit.",
    icon="plug",
    keywords="office move, moving to, move to another, new desk, new desks, workplace, workplaces, new office, "
    "rebuild, refurbishment, network sockets, new building, open-plan",
    nature=Nature.WISH,
    size=Size.BIGGER,
    deep=True,
    reason="because sockets and cables have to be there before the furniture is",
    promise=BIGGER,
)


def part_of(whole: Start, *parts: Start) -> tuple[Start, ...]:
    """The same parts, hung below another kind."""
    return tuple(replace(part, part_of=whole.name) for part in parts)


REPLIES = (
    (
        "Thank you, we are looking",
        "Hello {customer},\n\nthank you for telling us so clearly. We are looking at it now, and you hear from us "
        "again {next_update}, sooner if we know more.\n\nKind regards\n{agent}",
        "",
    ),
    (
        "We need one more thing",
        "Hello {customer},\n\nto help you with “{subject}” we need one more thing from you: \n\nA photo or a "
        "screenshot is fine. As soon as it is here we go on.\n\nKind regards\n{agent}",
        "",
    ),
    (
        "No news yet, but not forgotten",
        "Hello {customer},\n\nthis is taking longer than we hoped, and you should know why: \n\nWe have not "
        "forgotten it. You hear from us again {next_update}.\n\nKind regards\n{agent}",
        "",
    ),
    (
        "Clearing a paper jam",
        "Hello {customer},\n\nsomebody is on the way. If you would rather not wait: open the side door, pull the "
        "paper out slowly in the direction it travels, and close the door until it clicks. You cannot break anything "
        "by trying.\n\nKind regards\n{agent}",
        "Paper jam",
    ),
)

# Where everybody has a desk of their own.
REPLIES_AT_DESKS = (
    *REPLIES,
    (
        "New password, in person",
        "Hello {customer},\n\nbefore we change a password we make sure that it is you, so that nobody else can ask "
        "for yours. Please call us from your own desk or come by; it takes two minutes.\n\nKind regards\n{agent}",
        "Signing in and passwords",
    ),
    (
        "You were right to tell us",
        "Hello {customer},\n\nthank you for telling us about this message. Please do not open it again; we look at "
        "it now and come back to you {next_update}. If you have typed a password anywhere, call us at once, and we "
        "change it together.\n\nKind regards\n{agent}",
        "A suspicious message",
    ),
)
