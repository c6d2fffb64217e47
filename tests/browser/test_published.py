"""Verdicts and feeds as a browser meets them: data in a page that may run no script of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from browser.reader import fetched
from evals.site import Service

Open = Callable[..., Any]
RATED = "/d/mmr-vaccine-autism"
REPORTS = """
window.reported = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.reported.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def test_the_verdicts_stand_in_the_page_and_its_policy_reports_nothing(
    service: Service, open_page: Open, shots: Callable[..., None]
) -> None:
    page = open_page(f"{service.url}{RATED}", script=REPORTS)
    text = page.locator('script[type="application/ld+json"]').text_content()
    review = json.loads(text)
    assert review["@type"] == "ClaimReview"
    assert review["reviewRating"]["alternateName"] == "False"
    assert page.get_by_text(review["claimReviewed"]).first.is_visible()
    assert page.evaluate("window.reported") == []
    shots(page, "published-verdict")


def test_the_policy_would_report_a_script(service: Service, open_page: Open, watch: Any) -> None:
    watch.expect("Content Security Policy")
    page = open_page(f"{service.url}{RATED}", script=REPORTS)
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.__pwned = 1";
          document.body.append(script);
        }"""
    )
    page.wait_for_function("window.reported.length > 0")
    assert page.evaluate("window.__pwned") is None


def test_a_page_leads_to_its_feeds(service: Service, open_page: Open) -> None:
    page = open_page(service.url)
    links = page.locator('link[rel="alternate"]')
    found = {each.get_attribute("type"): each.get_attribute("href") for each in links.all()}
    assert fetched(f"{service.url}{found['application/feed+json']}")["items"] == []
    response = page.request.get(f"{service.url}{found['application/atom+xml']}")
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
