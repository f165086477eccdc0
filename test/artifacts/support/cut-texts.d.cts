declare function cutTexts(): string[];
export = cutTexts;
