"""Makes the two PDFs of the sample archive: `python -m evals.corpus_pdf [folder]`.

The output is deterministic: the same texts give the same bytes, so the files can be committed and
checked. The dates in a PDF's metadata are those of the document, never those of the run.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import (
    ParagraphStyle,
    getSampleStyleSheet,
)
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
)

NCHS = "National Center for Health Statistics"
DB522_TITLE = "Drug Overdose Deaths in the United States, 2003–2023 (NCHS Data Brief 522)"
DB522_URL = "https://www.cdc.gov/nchs/products/databriefs/db522.htm"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading with the paragraphs below it; `new_page` starts it on a page of its own."""

    heading: str
    paragraphs: tuple[str, ...]
    new_page: bool = False


@dataclass(frozen=True, kw_only=True)
class Pdf:
    """One PDF of the archive. `path` is relative to the corpus folder."""

    path: str
    title: str
    author: str
    day: date
    lead: tuple[str, ...]
    parts: tuple[Part, ...]
    url: str = ""


OVERDOSE_CHECK = Pdf(
    path="fact-checks/us-overdose-deaths-2023.pdf",
    title="How many people died of drug overdoses in the United States in 2023?",
    author="Sample newsroom",
    day=date(2025, 1, 15),
    lead=(
        "Checked on January 15, 2025",
        "Disclaimer: This fact-check was written for the sample archive of this project; its "
        "figures are real and were confirmed in public material.",
    ),
    parts=(
        Part(
            heading="Executive summary",
            paragraphs=(
                "There were 105,007 drug overdose deaths in the United States in 2023 [1]. The "
                "age-adjusted rate was 31.3 deaths per 100,000 standard population, down 4.0% "
                "from 32.6 in 2022 [1]. It was the first fall of the rate since 2018.",
            ),
        ),
        Part(
            heading="1. The long rise and the turn",
            paragraphs=(
                "The rate rose from 8.9 deaths per 100,000 standard population in 2003 to 32.6 in "
                "2022 [1]. In 2022 there were 107,941 drug overdose deaths [2]. The fall in 2023 "
                "is small beside that rise. Age-adjusted rates allow for the ageing of the "
                "population, so they can be compared over twenty years.",
            ),
        ),
        Part(
            heading="2. Who was hit",
            paragraphs=(
                "Rates fell from 2022 to 2023 for people aged 15 to 54 and rose for adults aged "
                "55 and older [1]. Men had a higher rate than women in every year from 2003 to "
                "2023 [1]. Among White people the rate fell, while for most other groups it "
                "stayed the same or rose [1].",
            ),
        ),
        Part(
            heading="3. Which drugs",
            paragraphs=(
                "The rate of deaths involving synthetic opioids such as fentanyl fell from 2022 "
                "to 2023, after rising since 2013 [1]. The rate of deaths involving cocaine rose "
                "by 4.9%, from 8.2 to 8.6 deaths per 100,000 standard population [1]. One death "
                "can involve several drugs, so the rates of the drugs must not be added up.",
            ),
        ),
        Part(
            heading="Sources",
            paragraphs=(
                f"[1] {NCHS}. {DB522_TITLE}. December 19, 2024. {DB522_URL}",
                f"[2] {NCHS}. Drug Overdose Deaths in the United States, 2002–2022 (NCHS Data "
                "Brief 491). March 2024. "
                "https://www.cdc.gov/nchs/products/databriefs/db491.htm",
            ),
        ),
        Part(
            heading="Want to dive deeper?",
            paragraphs=(
                "What is the latest yearly number of drug overdose deaths in the United States?",
                "How are drug overdose deaths identified on death certificates?",
                "Which states have the highest rates of overdose deaths?",
            ),
        ),
    ),
)

OVERDOSE_SOURCE = Pdf(
    path="sources/nchs-overdose-deaths-2023.pdf",
    title=DB522_TITLE,
    author=NCHS,
    day=date(2024, 12, 19),
    url=DB522_URL,
    lead=(
        f"Publisher: {NCHS}",
        "Published on December 19, 2024",
        f"URL: {DB522_URL}",
        "This is a digest, written for this sample archive in our own words, of what the National "
        "Center for Health Statistics (NCHS) published in its Data Brief 522.",
    ),
    parts=(
        Part(
            heading="Deaths in 2023",
            paragraphs=(
                "There were 105,007 drug overdose deaths in the United States in 2023. The "
                "age-adjusted rate was 31.3 deaths per 100,000 standard population in 2023, down "
                "4.0% from 32.6 in 2022. The rate had risen from 8.9 deaths per 100,000 standard "
                "population in 2003 to 32.6 in 2022.",
            ),
        ),
        Part(
            heading="Groups",
            paragraphs=(
                "From 2022 to 2023, rates fell for people aged 15 to 54 and rose for adults aged "
                "55 and older. Men had a higher rate than women in every year from 2003 to 2023. "
                "The rate fell among White people, while for most other groups it stayed the same "
                "or rose. It rose among Black people and among Native Hawaiian or Other Pacific "
                "Islander people.",
            ),
        ),
        Part(
            heading="Drugs",
            new_page=True,
            paragraphs=(
                "The rate of deaths involving synthetic opioids other than methadone, such as "
                "fentanyl, fell from 2022 to 2023, after rising since 2013. The rates of deaths "
                "involving heroin and natural and semisynthetic opioids fell too, and the rate of "
                "deaths involving methadone stayed the same. The rate of deaths involving cocaine "
                "rose by 4.9%, from 8.2 deaths per 100,000 standard population in 2022 to 8.6 in "
                "2023. The rate of deaths involving psychostimulants, such as methamphetamine, "
                "rose by 1.9%, from 10.4 to 10.6.",
            ),
        ),
        Part(
            heading="Method",
            paragraphs=(
                "The figures come from death certificates in the National Vital Statistics "
                "System. Drug overdose deaths are identified by the underlying cause of death, "
                "with the ICD-10 codes X40 to X44, X60 to X64, X85 and Y10 to Y14. One death can "
                "involve several drugs.",
            ),
        ),
    ),
)

PDFS = (OVERDOSE_CHECK, OVERDOSE_SOURCE)


def write(pdf: Pdf, folder: Path) -> Path:
    """Writes one PDF below `folder` and returns its path; the same text gives the same bytes."""
    target = folder / pdf.path
    target.parent.mkdir(parents=True, exist_ok=True)
    epoch = int(datetime(pdf.day.year, pdf.day.month, pdf.day.day, 12, tzinfo=UTC).timestamp())
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    rl_config.invariant = 1
    try:
        _template(pdf, target).build(_story(pdf), onFirstPage=_furniture, onLaterPages=_furniture)
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
    return target


def _template(pdf: Pdf, target: Path) -> SimpleDocTemplate:
    return SimpleDocTemplate(
        str(target),
        pagesize=A4,
        invariant=1,
        title=pdf.title,
        author=pdf.author,
        subject=pdf.url,
    )


def _story(pdf: Pdf) -> list[Paragraph | PageBreak]:
    sheet = getSampleStyleSheet()
    body = ParagraphStyle(
        "body", parent=sheet["BodyText"], fontSize=11, leading=15, splitLongWords=0
    )
    heading = ParagraphStyle("heading", parent=sheet["Heading2"], keepWithNext=1)
    story = [Paragraph(pdf.title, sheet["Title"])]
    story += [Paragraph(line, body) for line in pdf.lead]
    for part in pdf.parts:
        if part.new_page:
            story.append(PageBreak())
        story.append(Paragraph(part.heading, heading))
        story += [Paragraph(text, body) for text in part.paragraphs]
    return story


def _furniture(canvas: Canvas, template: SimpleDocTemplate) -> None:
    """The running head and the page number, as on any real report."""
    width, height = A4
    canvas.saveState()
    canvas.setFont("Helvetica", 8)
    canvas.drawString(40, height - 30, "Sample archive")
    canvas.drawRightString(width - 40, 30, f"Page {template.page}")
    canvas.restoreState()


def main(arguments: list[str]) -> int:
    default = Path(__file__).resolve().parent.parent / "corpus"
    folder = Path(arguments[0]) if arguments else default
    for pdf in PDFS:
        print(write(pdf, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
