"""A chart as an SVG image."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from bot.proposal.drawing import SIZE, TOP, WIDTH, Box, Dot, Line, Sheet, Words


def svg(sheet: Sheet) -> str:
    """Without its title, which stands above it. Attributes only, no styles, so that any content policy shows it."""
    top = TOP - 12
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg",
                           "viewBox": f"0 {top:g} {WIDTH:g} {sheet.height - top:g}",
                           "font-family": "DejaVu Sans, Verdana, Arial, sans-serif", "font-size": f"{SIZE:g}"})
    paper = {"y": f"{top:g}", "width": "100%", "height": "100%", "fill": "#ffffff"}
    SubElement(root, "rect", paper)
    SubElement(root, "title").text = sheet.title
    for shape in sheet.shapes:
        if isinstance(shape, Words):
            weight = {"font-weight": "bold"} if shape.bold else {}
            words = {"x": f"{shape.at[0]:.1f}", "y": f"{shape.at[1]:.1f}", "text-anchor": shape.anchor,
                     "fill": shape.colour, **weight}
            SubElement(root, "text", words).text = shape.text
        elif isinstance(shape, Line):
            dashes = {"stroke-dasharray": "5 3"} if shape.dashed else {}
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            SubElement(root, "polyline", {"points": points, "fill": "none", "stroke": shape.colour,
                                          "stroke-width": f"{shape.width:g}", **dashes})
        elif isinstance(shape, Box):
            SubElement(root, "rect", {"x": f"{shape.at[0]:.1f}", "y": f"{shape.at[1]:.1f}", "fill": shape.colour,
                                      "width": f"{shape.size[0]:.1f}", "height": f"{shape.size[1]:.1f}"})
        elif isinstance(shape, Dot):
            paint = ({"fill": "#ffffff", "stroke": shape.colour, "stroke-width": "1.5"} if shape.hollow
                     else {"fill": shape.colour})
            place = {"cx": f"{shape.at[0]:.1f}", "cy": f"{shape.at[1]:.1f}", "r": f"{shape.radius:g}"}
            SubElement(root, "circle", {**place, **paint})
    return tostring(root, encoding="unicode")
