// Does nothing: shows the time that Node.js itself takes.
