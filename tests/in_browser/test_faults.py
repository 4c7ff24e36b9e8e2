"""The eyes of the tests in a browser: on a page with every fault, each is seen."""

import faults
import pytest
from browser import Visit
from PIL import Image

PAGE = """<!doctype html><html lang="en"><head><title>Bad</title><script src="gone.js"></script>
<script>window.MathJax = {{startup: {{promise: Promise.resolve()}}}}; nothing.there();</script></head>
<body><main><article><h1 id="top">Title</h1><h3>Deeper</h3>
<p style="color: #ccc; background: #fff">Pale</p> <div style="width: 2000px">Wide</div>
<span class="math">\\(x^2\\)</span>
<pre style="overflow-x: auto">{code}</pre>
<div style="overflow-x: auto; width: 300px"><table style="width: 900px"><tr><td>long</td></tr></table></div>
<img src="drawn.png" alt="drawn" width="400">
<a href="bad.html#top">here</a> <a href="bad.html#nowhere">there</a> <a href="gone.html">gone</a>
<img src="http://localhost:9/elsewhere.png" alt="A picture from elsewhere">
</article></main></body></html>"""


@pytest.fixture(scope="module")
def bad(program, tmp_path_factory):
    from browser import opened

    html = tmp_path_factory.mktemp("bad")
    (html / "bad.html").write_text(PAGE.format(code="x" * 400))
    Image.new("RGB", (1100, 300), "white").save(html / "drawn.png", dpi=(110, 110))
    return html, opened(html, program)


def test_each_fault_is_seen(bad):
    _, visits = bad
    assert len(visits) == 3
    assert [fault.split("): ")[1] for fault in faults.asked_elsewhere(visits)] == 3 * [
        "http://localhost:9/elsewhere.png"
    ]
    assert any("gone.js" in fault for fault in faults.listed(visits, "missing"))
    assert any("nothing is not defined" in fault for fault in faults.listed(visits, "errors"))
    assert faults.listed(visits, "unset", ["light"]) == [
        "bad.html (light): \\(x^2\\)",
        "bad.html (light): a raw formula",
    ]
    assert any("Wide" in fault for fault in faults.listed(visits, "too_wide", ["phone"]))
    assert faults.listed(visits, "code", ["light"]) == [f"bad.html (light): {'x' * 90}"]
    assert faults.listed(visits, "tables", ["light"]) == ["bad.html (light): long"]
    assert faults.headings_out_of_order(visits[:1]) == ["bad.html: 'Deeper' skips a level"]
    assert any("color-contrast" in fault and "Pale" in fault for fault in faults.violations(visits[:1], []))
    assert faults.violations(visits[2:], []) == []


def test_links_and_figures_are_judged(bad):
    html, visits = bad
    dead = [fault.rsplit("/", 1)[-1] for fault in faults.dead_links(visits)]
    assert dead == ["bad.html#nowhere", "gone.html", "bad.html: no icon"]
    assert faults.without_alternative(visits) == ["bad.html: drawn.png, 'drawn'"]
    # 400 pixels for ten inches are 40 pixels an inch.
    drawn = [visit for visit in visits if visit.mode == "light"]
    drawn[0].seen["figures"] = drawn[0].seen["figures"][:1]
    (small,) = faults.small_labels(drawn, html, 8)
    assert "4.4 pixels, 10.0 inches" in small
    assert faults.small_labels(drawn, html, 16.3) == []
    assert len(faults.dimmed(visits)) == 2


def test_labels_of_an_svg_are_measured_too(tmp_path):
    (tmp_path / "drawn.svg").write_text('<?xml version="1.0"?>\n<svg height="9pt" width="720pt" version="1.1"></svg>')
    seen = {"figures": [{"file": "drawn.svg", "width": 400, "alt": "A drawing"}]}
    (small,) = faults.small_labels([Visit("page.html", "light", seen=seen)], tmp_path, 9)
    assert "5.0 pixels, 10.0 inches" in small
    assert faults.small_labels([Visit("page.html", "light", seen=seen)], tmp_path, 16.3) == []


def test_the_smallest_font_is_that_of_all_code(tmp_path):
    (tmp_path / "a.py").write_text("ax.legend(fontsize=8.5)\nax.tick_params(labelsize=9)\n")
    (tmp_path / "b.py").write_text('{"font.size": 10, "figure.dpi": 5}\n')
    assert faults.smallest_font([tmp_path]) == 8.5


def test_pages_become_one_file_with_bookmarks(program, bad, tmp_path):
    import asyncio

    from pdf import in_order, printed

    contents = tmp_path / "_toc.yml"
    contents.write_text("root: bad\nparts: [{chapters: [{file: bad}]}]\n")
    book = asyncio.run(printed(bad[0], in_order(contents), program))
    assert [mark["/Title"] for mark in book.outline] == ["Title", "Title"]
    assert "Deeper" in book.pages[0].extract_text()
