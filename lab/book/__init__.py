"""The course as a book: a site and a PDF, made of lessons and of the runs that ``out/`` keeps."""
