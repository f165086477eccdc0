declare function chartContrasts(): string[];
export = chartContrasts;
