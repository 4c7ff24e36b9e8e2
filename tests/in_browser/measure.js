// What a reader sees of the page that is open, as numbers and short texts.
() => {
    const all = (selector, root = document) => [...root.querySelectorAll(selector)];
    // Code that is folded away is read too.
    all("article details").forEach(details => { details.open = true; });
    document.getAnimations().forEach(animation => animation.cancel());
    const shown = element => element.getClientRects().length > 0;
    const short = element => element.textContent.trim().replace(/\s+/g, " ").slice(0, 90);
    const page = document.documentElement;
    const scrolls = element => ["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX);
    const box = element => {
        for (let outer = element; outer !== document.body; outer = outer.parentElement) if (scrolls(outer)) return outer;
        return page;
    };
    const cut = element => {
        const outer = box(element);
        return outer.scrollWidth > outer.clientWidth + 1;
    };
    const wide = element => element.getBoundingClientRect().right > page.clientWidth + 1;
    const figure = image => {
        const look = getComputedStyle(image);
        return {
            file: decodeURIComponent(image.src.split("/").pop()),
            alt: image.alt,
            width: image.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight),
            natural: image.naturalWidth,
            filter: look.filter,
            ground: look.backgroundColor,
            alone: image.closest("a")?.href === image.src,
        };
    };
    const icon = document.querySelector("link[rel~=icon]");
    return {
        scheme: page.dataset.theme,
        headings: all("article h1, article h2, article h3, article h4, article h5, article h6")
            .filter(shown).map(heading => [Number(heading.tagName[1]), short(heading)]),
        figures: all("article img").map(figure),
        unset: all(".math").filter(formula => !formula.querySelector("mjx-container")).map(short)
            .concat(all("mjx-merror").map(short), /\\\(|\\\[/.test(document.body.innerText) ? ["a raw formula"] : []),
        code: all("article pre").filter(shown).filter(cut).map(short),
        tables: all("article table").filter(shown).filter(cut).map(short),
        too_wide: page.scrollWidth > page.clientWidth ? all("body *").filter(shown).filter(wide).map(short) : [],
        searches: all(".search-button__button, input[type=search]").filter(shown).length,
        buttons: all("article .sd-btn").map(button => [short(button), button.getBoundingClientRect().bottom]),
        icon: icon ? icon.href : "",
        ids: all("[id], a[name]").map(element => element.id || element.name),
        links: all("a[href]").map(link => link.href),
    };
}
