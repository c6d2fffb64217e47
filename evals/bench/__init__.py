"""Speed, memory and disk beside a plain LangChain + Chroma pipeline, in one run.

texts     the documents and questions that both sides get
ours      the product, through its own composition root
baseline  LangChain's tutorial pipeline: splitter 1000/200, MiniLM in float32, Chroma
stages    each stage of a question, timed from outside
process   starts a measurement in a process of its own
worker    one measurement in a process of its own, so that peak memory is that side's alone
sheet     the figures, their targets, and the table
run       the order of it all
"""
