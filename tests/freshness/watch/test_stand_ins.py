"""What a server shows in the place of a page, and what is a page all the same."""

from __future__ import annotations

import pytest

from assistant.freshness.watch.seen import Seen, missing, walled

NAME = "Ferries of Lantern Bay in figures"
BEFORE = f"""{NAME}

The Harbour Trust runs the ferries between Lantern Bay and the outer islands. It was founded in 1931
and has its seat at the old customs house on the quay.

The Harbour Trust carried 412,600 passengers in 2024, and 91 percent of the sailings left on time.

Storms stopped the ferries on 17 days. On those days the trust paid for 340 nights in guest houses,
mostly for families who could not get home to the islands before dark.

A new pier is to be built from granite of the islands. The council has set aside money for it."""
ADDRESS = "https://x.example/a/b"


def judged(text: str, title: str = "Harbour Trust", **more: object) -> str:
    heading = str(more.pop("heading", ""))
    said = "\n\n".join(filter(None, (heading, text)))
    page = Seen(
        asked=ADDRESS,
        url=ADDRESS,
        text=said,
        title=title,
        headings=(heading,) if heading else (),
        asks_password=bool(more.pop("asks_password", False)),
    )
    if walled(page, BEFORE, NAME):
        return "walled"
    return "missing" if missing(page, BEFORE, NAME) else "page"


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Oops!", "We can\u2019t find that page."),
        ("Oops! Something went wrong.", "The page you requested could not be found."),
        ("Hmm.", "Nothing to see here."),
        ("Whoops, looks like you are lost", "That link is broken."),
        ("Content removed", "The article that you are trying to read has been taken down."),
        ("Error", "An error has occurred."),
        ("", "Sorry, the page you are looking for has been moved."),
        ("\u30da\u30fc\u30b8\u304c\u898b\u3064\u304b\u308a\u307e\u305b\u3093", ""),
        ("Die gew\u00fcnschte Seite existiert nicht", ""),
        ("Welcome to nginx!", "If you see this page, the web server is successfully installed."),
        ("This domain is for sale", "Buy it today for 299 dollars. Related: loans, insurance."),
        ("Welcome to our new website", "We have moved. Use the menu to find your way about."),
        ("Members area", "Log in to continue."),
        ("Session expired", "Start again."),
        ("Please sign in to your account", ""),
    ],
)
@pytest.mark.parametrize("title", ["Harbour Trust", "Error", ""])
def test_what_stands_in_the_place_of_a_page_is_no_page(heading: str, text: str, title: str) -> None:
    assert judged(text, title, heading=heading) == "missing"


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Please verify you are human", ""),
        ("One more step", "Please complete the security check to access the site."),
        ("", "Our systems have detected unusual traffic. Complete the CAPTCHA."),
        ("Before you continue", "We and our 812 partners use cookies."),
        ("Access denied", "You don't have permission. Reference #18.2"),
        ("Too many requests", "Please slow down."),
        ("Not available in your region", ""),
        ("We'll be back soon", "The site is down for maintenance."),
        ("Internal Server Error", ""),
        ("Subscribe to continue reading", "One euro a month. Already a subscriber?"),
    ],
)
@pytest.mark.parametrize("title", ["Harbour Trust", NAME, "Just a moment..."])
def test_a_wall_says_nothing_of_what_is_behind_it(heading: str, text: str, title: str) -> None:
    assert judged(text, title, heading=heading) == "walled"


def test_an_article_cut_off_for_who_does_not_pay_is_behind_a_wall() -> None:
    start = BEFORE.partition("\n\n")[2].partition("\n\n")[0]
    assert judged(start + "\n\nSubscribe to continue reading", NAME, heading=NAME) == "walled"
    assert judged(BEFORE + "\n\nSubscribe to continue reading", NAME) == "page"


@pytest.mark.parametrize("title", ["Harbour Trust", NAME])
def test_a_page_made_by_a_program_is_behind_a_wall(title: str) -> None:
    assert judged(title, title) == "walled"


@pytest.mark.parametrize("path", ["login?next=b", "users/sign_in", "idp/SAML2/SSO?x=1"])
def test_a_page_that_leads_to_a_login_is_missing_whatever_that_says(path: str) -> None:
    page = Seen(asked=ADDRESS, url=f"https://x.example/{path}", text="Members only.", title="Hi")
    assert walled(page, BEFORE, NAME) is None
    assert missing(page, BEFORE, NAME)


def test_what_a_page_says_of_itself_may_stand_in_its_text() -> None:
    text = "Harbour Trust\n\nSorry, the page that you are looking for doesn't exist.\n\nGo home"
    assert judged(text, "Harbour Trust") == "missing"


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        (NAME, "51,204 passengers in 2025."),
        (NAME, "Nothing is left here of what once was."),
        ("", "In 2025 the ferries carried 51,204 passengers."),
        ("", "51,204 passengers."),
        ("Ferries and storms", "The ferries between the islands now leave from the granite pier."),
        (NAME, "The ferries have a maintenance season. Passengers log in at the pier."),
        ("Sign in", BEFORE),
        ("Page not found", BEFORE),
    ],
)
def test_a_page_in_other_words_is_a_page(heading: str, text: str) -> None:
    assert judged(text, "Harbour Trust", heading=heading) == "page"


def test_a_corner_for_signing_in_makes_no_page_for_signing_in() -> None:
    assert judged(BEFORE, asks_password=True) == "page"
    assert judged("Enter.", asks_password=True) == "missing"
