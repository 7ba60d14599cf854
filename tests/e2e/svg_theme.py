"""The colours of a plot, which is written twice: for pages that are light, and for pages that are dark."""

COLOURS = {
    # name: on a light page, on a dark page (the backgrounds are those of GitHub)
    "page": ("#ffffff", "#0d1117"),
    "text": ("#1f2328", "#f0f6fc"),
    "note": ("#59636e", "#9198a1"),
    "grid": ("#eeeeee", "#21262d"),
    "spread": ("#1f2328", "#f0f6fc"),
    "ours": ("#2f6db3", "#4c8dd6"),
    "others": ("#a9a9a9", "#6e7681"),
    "forged": ("#c0392b", "#f0685a"),
    "keys-change": ("#b9d3ee", "#234a73"),
    "daemon-ends": ("#dddddd", "#3d444d"),
}
SUFFIXES = ("", "-dark")  # of the files' names


def style(theme):
    """Returns the rules of a theme. What is drawn has the name of its colour as its class."""
    fills = [f".{name} {{ fill: {both[theme]} }} path.{name} {{ stroke: {both[theme]} }}"
             for name, both in COLOURS.items()]
    return "\n".join([f"text {{ fill: {COLOURS['text'][theme]} }}", *fills])


def write(path, title, size, body):
    """Writes a drawing to `path` and, in dark colours, to a file whose name ends in -dark."""
    width, height = size
    for theme, suffix in enumerate(SUFFIXES):
        path.with_stem(path.stem + suffix).write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"\n'
            f' font-family="sans-serif" font-size="12">\n<style>\n{style(theme)}\n</style>\n'
            f'<rect width="100%" height="100%" class="page"/>\n'
            f'<text x="8" y="17" font-size="14">{title}</text>\n{body}\n</svg>\n', encoding="utf-8")
