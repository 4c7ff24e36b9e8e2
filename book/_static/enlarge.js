// A click on a figure, or Enter on it, opens its picture alone, where it can be made larger.
document.addEventListener("DOMContentLoaded", () => {
    for (const image of document.querySelectorAll("article figure img, article .cell_output img")) {
        if (image.closest("a")) continue;
        const link = document.createElement("a");
        link.href = image.src;
        link.className = "enlarge";
        link.title = "Open the figure alone";
        image.replaceWith(link);
        link.append(image);
    }
});
